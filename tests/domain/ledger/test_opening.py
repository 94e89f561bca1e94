"""Opening balances in bulk equal what is posted."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.domain import ledger, wallets
from portal.domain.ledger import Opening
from portal.model import JournalEntry, JournalLine
from portal.values import clock
from tests.domain.ledger.books import keep, left, named

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_opening_rows_equal_what_is_posted(session, cast, post, by):
    openings = [
        Opening(cast.own.id.hex, "USD", 157_417, "row-1", name="Dollars", is_main=False),
        Opening(cast.own.id.hex, "JPY", 283_937, "row-2", is_main=False),
        Opening(cast.neighbour.id.hex, "KWD", 0, "row-3"),
    ]
    made = ledger.opening_rows(openings, by=by, at=NOON)
    for model in named(made):
        assert set(ledger.OPENING_COLUMNS[model]) == {column.key for column in model.__table__.c}
    keep(session, made, by)
    assert ledger.verify(session) == []
    bulk = next(kept for kept in wallets.of_customer(session, cast.own.id) if kept.currency == "USD")
    with clock.frozen(NOON + timedelta(days=1)):
        entry = post(-57_417, to=bulk).entry
    assert (entry.seq, entry.balance_after, left(session, bulk)) == (2, 100_000, [100_000])
    assert ledger.verify(session) == []


def test_a_posted_and_a_bulk_made_opening_differ_in_nothing_but_ids_and_place(session, cast, by, wallet):
    with clock.frozen(NOON):
        posted = ledger.post(session, wallet.id, 500, reason="import", key_scope="import", key="a", by=by).entry
    made = ledger.opening_rows([Opening(cast.neighbour.id.hex, "EUR", 500, "b")], by=by, at=NOON)
    journal = session.get_one(JournalEntry, posted.journal_entry_id)
    own = {"id", "customer_id", "key", "request_hash"}
    (in_bulk,) = named(made)[JournalEntry]
    assert {name: value for name, value in in_bulk.items() if name not in own} == {
        column.key: getattr(journal, column.key) for column in JournalEntry.__table__.c if column.key not in own
    }
    lines = session.scalars(select(JournalLine).where(JournalLine.journal_entry_id == journal.id).order_by(JournalLine.id)).all()
    assert [(line.account, line.debit, line.credit, line.currency) for line in lines] == [
        (line["account"], line["debit"], line["credit"], line["currency"]) for line in named(made)[JournalLine]
    ]


def test_an_opening_balance_below_zero_is_a_mistake_of_the_caller(cast, by):
    with pytest.raises(ValueError, match="not below zero"):
        ledger.opening_rows([Opening(cast.own.id.hex, "EUR", -1, "a")], by=by)
