"""Statements equal the ledger, whatever the period; the same one is issued once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.domain import statements
from portal.domain.errors import NotFound
from portal.model import AuditEvent, Statement, Wallet
from portal.values import clock
from tests.domain.statements.conftest import NOW


def test_a_period_takes_its_first_moment_and_leaves_its_last_to_the_next(session, history, october):
    view = statements.read(session, history, *october)
    assert (view.opening, view.closing, view.before_seq, view.last_seq, view.count) == (100_000, 158_035, 2, 5, 3)
    assert [entry.customer_text for entry in statements.entries(session, view)] == [
        "The first of October",
        "INV-2026-0988",
        "The last of October",
    ]


def test_entries_do_not_carry_what_is_for_operators(session, history, october):
    view = statements.read(session, history, *october)
    assert "Hush" not in str([tuple(entry) for entry in statements.entries(session, view)])


def test_a_period_before_the_first_entry_is_empty(session, history):
    view = statements.read(session, history, datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC))
    assert (view.opening, view.closing, view.count) == (0, 0, 0)
    assert list(statements.entries(session, view)) == []
    assert statements.page(session, view) == ([], None, None)


def test_pages_of_a_period_join_without_gap_or_overlap(session, history):
    view = statements.read(session, history, datetime(2026, 1, 1, tzinfo=UTC), NOW)
    seen, after = [], None
    while True:
        found = statements.page(session, view, after=after, limit=4)
        seen += [entry.seq for entry in found.rows]
        if found.newer is None:
            break
        after = found.newer
    assert seen == [1, 2, 3, 4, 5, 6]
    assert statements.page(session, view, after=4, limit=4).older == 0
    assert statements.page(session, view, after=10**9).rows == []


def test_issuing_writes_down_what_was_read_under_a_code(session, cast, history, october):
    with clock.frozen(NOW):
        made = statements.issue(session, history, *october, time_zone="Europe/Berlin", by=cast.person())
    assert (made.opening, made.closing, made.before_seq, made.last_seq) == (100_000, 158_035, 2, 5)
    assert (made.customer_id, made.currency, made.actor_name, made.issued_at) == (cast.own.id, "EUR", "Marta Grünwald", NOW)
    assert len(made.code) == 20
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "statement.issued")).one()
    assert (event.customer_id, event.facts["entries"], event.facts["code"]) == (cast.own.id, 3, made.code)


def test_the_same_statement_is_issued_once(session, cast, history, october):
    first, again, elsewhere = (
        statements.issue(session, history, *october, time_zone=zone, by=cast.person(role))
        for zone, role in (("Europe/Berlin", "owner"), ("Europe/Berlin", "viewer"), ("Asia/Tokyo", "owner"))
    )
    assert again.id == first.id
    assert again.actor_name == "Marta Grünwald"
    assert elsewhere.code != first.code
    assert session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "statement.issued")) == 2


def test_a_period_that_is_not_over_ends_now(session, cast, history, post):
    with clock.frozen(NOW):
        made = statements.issue(session, history, NOW - timedelta(days=30), NOW + timedelta(days=30), time_zone="UTC", by=cast.person())
    assert made.ends_at == NOW
    assert statements.ends_within_day(made)
    post(history, NOW + timedelta(seconds=1), 500)
    assert statements.check(session, made).holds


def test_nothing_is_stated_about_days_to_come(session, cast, history):
    with clock.frozen(NOW), pytest.raises(statements.PeriodNotBegun):
        statements.issue(session, history, NOW, NOW + timedelta(days=1), time_zone="UTC", by=cast.person())


def test_a_whole_day_does_not_end_within_one(session, cast, history, october):
    made = statements.issue(session, history, *october, time_zone="Europe/Berlin", by=cast.person())
    assert not statements.ends_within_day(made)
    assert statements.last_day(made) < october[1]


def test_a_neighbour_finds_no_statement(session, cast, history, october):
    made = statements.issue(session, history, *october, time_zone="UTC", by=cast.person())
    assert statements.find(session, cast.person("viewer"), made.id) is made
    assert statements.find(session, cast.operator("viewer"), made.id) is made
    with pytest.raises(NotFound):
        statements.find(session, cast.person(at="neighbour"), made.id)


def test_issued_statements_are_listed_the_latest_first(session, cast, history):
    made = [
        statements.issue(session, history, NOW - timedelta(days=day + 2), NOW - timedelta(days=day), time_zone="UTC", by=cast.person())
        for day in range(1, 6)
    ]
    listed, more = statements.of_wallet(session, history, limit=3)
    assert ([row.id for row in listed], more) == ([row.id for row in made[:1:-1]], True)
    listed, more = statements.of_wallet(session, history, before=listed[-1].id, limit=3)
    assert ([row.id for row in listed], more) == ([made[1].id, made[0].id], False)


amounts = st.integers(-5_000, 5_000).filter(bool)
moves = st.lists(st.tuples(st.integers(0, 90), amounts), min_size=0, max_size=12)
periods = st.lists(st.tuples(st.integers(-1, 110), st.integers(1, 60)), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=moves, periods=periods)
def test_opening_and_entries_make_closing_and_periods_join(session, cast, wallet, post, moves, periods):
    with session.begin_nested() as kept:
        start = NOW - timedelta(days=95)
        session.execute(Wallet.__table__.update().where(Wallet.id == wallet.id).values(floor=-(10**9)))
        for hours, amount in sorted(moves):
            post(wallet, start + timedelta(hours=24 * hours), amount)
        balance_at = {}
        for first, length in periods:
            begins, ends = (min(start + timedelta(days=day), NOW) for day in (first, first + length))
            if begins >= ends:
                continue
            with clock.frozen(NOW):
                made = statements.issue(session, wallet, begins, ends, time_zone="UTC", by=cast.person())
                assert statements.issue(session, wallet, begins, ends, time_zone="UTC", by=cast.person()).id == made.id
            entries = list(statements.entries(session, made))
            assert made.opening + sum(entry.amount for entry in entries) == made.closing
            assert all(begins <= entry.posted_at < ends for entry in entries)
            assert statements.check(session, made) == (True, len(entries))
            for moment, balance in ((begins, made.opening), (ends, made.closing)):
                assert balance_at.setdefault(moment, balance) == balance
        session.expunge_all()
        kept.rollback()
    session.add(wallet)


def test_every_statement_has_its_own_code(session, cast, history, october):
    for zone in ("UTC", "Europe/Berlin", "Asia/Tokyo"):
        statements.issue(session, history, *october, time_zone=zone, by=cast.person())
    assert session.scalar(select(func.count(func.distinct(Statement.code)))) == 3
