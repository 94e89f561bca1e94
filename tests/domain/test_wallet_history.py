"""A wallet as of any entry or moment is what it was then, and reading it costs the same however long the history is."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from portal.domain import ledger, wallets
from portal.domain.wallets import history
from portal.model import Customer, Wallet
from portal.values import clock

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def wallet(session, cast) -> Wallet:
    with clock.frozen(NOW - timedelta(days=300)):
        made = wallets.open(session, session.get_one(Customer, cast.own.id), "EUR", by=cast.operator())
    wallets.set_floor(session, made, -5_000, by=cast.operator())
    return made


@pytest.fixture
def post(session, cast, wallet):
    """Post to the wallet at a moment; gives the entry."""

    def post_at(at: datetime, amount: int, *, key: str = "", **more):
        reason = more.pop("reason", "top_up" if amount > 0 else "service_delivered")
        with clock.frozen(at):
            posting = ledger.post(
                session, wallet.id, amount, reason=reason, key_scope="test", key=key or f"{at}{amount}{more}", by=cast.operator(), **more
            )
        session.refresh(wallet)
        return posting.entry

    return post_at


def test_a_standing_includes_the_entries_of_its_moment(session, wallet, post):
    post(NOW, 1_000)
    post(NOW, 500)
    post(NOW + timedelta(hours=1), -300)
    assert wallets.as_of(session, wallet, NOW - timedelta(microseconds=1)) == (0, 0, None)
    assert wallets.as_of(session, wallet, NOW) == (2, 1_500, NOW)
    assert wallets.as_of(session, wallet, NOW + timedelta(minutes=59)) == (2, 1_500, NOW)
    assert wallets.as_of(session, wallet, NOW + timedelta(days=9)).balance == 1_200
    assert history.before(session, wallet, NOW) == (0, 0, None)
    assert history.before(session, wallet, NOW + timedelta(hours=1)).seq == 2


def seen(shares) -> list[tuple]:
    return [(share.grant.id, share.grant.remaining, share.place, share.rule) for share in shares]


@pytest.mark.parametrize("seed", range(6))
def test_as_of_each_entry_the_composition_is_what_it_was(session, cast, wallet, post, monkeypatch, seed):
    monkeypatch.setattr(history, "_PIECE", 2)
    chance = random.Random(seed)
    kept, stories, entries = {}, {}, []
    for step in range(40):
        at = NOW - timedelta(days=200 - step)
        room = wallet.balance - wallet.floor
        if chance.random() < 0.55 or room <= 0:
            ends = at + timedelta(days=chance.randrange(300, 400)) if chance.random() < 0.4 else None
            entry = post(
                at,
                chance.randrange(1, 3_000),
                reason=chance.choice(("top_up", "goodwill")),
                expires_at=ends,
                priority=chance.choice((10, 50)),
            )
        elif entries and chance.random() < 0.25 and (plan := wallets.reversal_plan(session, wallet, entries[-1])).refusal is None:
            assert plan.amount
            with clock.frozen(at):
                entry = wallets.reverse(session, wallet, entries.pop(), key=f"reversal {step}", by=cast.operator())
            session.refresh(wallet)
        else:
            entry = post(at, -chance.randrange(1, room + 1))
        if entry.amount:
            entries.append(entry)
        kept[entry.seq] = seen(wallets.composition(session, wallet))
        stories[entry.seq] = [(story.grant.remaining, story.earlier) for story in wallets.stories(session, wallet)[0]]
    for entry_seq, parts in kept.items():
        standing = wallets.as_of(session, wallet, _posted_at(session, wallet, entry_seq))
        assert standing.seq == entry_seq
        assert seen(wallets.composition(session, wallet, standing=standing)) == parts
        assert sum(remaining for _, remaining, _, _ in parts) == max(standing.balance, 0)
        told, used_up = wallets.stories(session, wallet, standing=standing)
        assert [(story.grant.remaining, story.earlier) for story in told] == stories[entry_seq]
        assert all(spent.seq <= entry_seq for story in (*told, *used_up) for spent in story.spent)


def _posted_at(session, wallet, seq: int) -> datetime:
    return next(row.posted_at for row in wallets.entries(session, wallet, before=seq + 1, limit=1).rows)


def test_a_spend_says_what_was_left_before_and_after(session, wallet, post):
    grant_entry = post(NOW, 1_000)
    post(NOW, -300)
    post(NOW, -200)
    grant = wallets.composition(session, wallet)[0].grant
    assert grant.entry_id == grant_entry.id
    assert [(spent.remaining_before, spent.amount, spent.remaining_after) for spent in wallets.uses(session, grant.id)] == [
        (700, 200, 500),
        (1_000, 300, 700),
    ]
    assert [spent.seq for spent in wallets.uses(session, grant.id, before=3, limit=1)] == [2]


@pytest.mark.parametrize(
    ("rule", "following", "sentence"),
    [
        ("expiry", False, "Spent first: it ends on 31 December 2026, before the others."),
        ("expiry", True, "Spent next: it ends on 31 December 2026, before the others."),
        ("promotional", False, "Spent first: gifts go before what was paid for."),
        ("only", True, "There was no other credit to take from."),
        ("owed", False, "New credit first makes good what is below zero."),
        ("something new", False, ""),
    ],
)
def test_each_rule_has_its_sentence(rule, following, sentence):
    assert wallets.why_taken(rule, "31 December 2026", following=following) == sentence


def test_an_expiry_is_told_as_one():
    sentence = "It ended on 31 December 2026, and this was left of it."
    assert wallets.why_taken("expiry", "31 December 2026", reason="expiry") == sentence


def test_entries_until_a_standing_are_paged_like_all(session, wallet, post):
    for n in range(60):
        post(NOW + timedelta(minutes=n), 100 + n)
    standing = wallets.as_of(session, wallet, NOW + timedelta(minutes=49))
    first = wallets.entries_until(session, wallet, standing)
    assert (first.total, first.rows[0].seq, first.older, first.newest) == (50, 50, 26, True)
    second = wallets.entries_until(session, wallet, standing, before=first.older)
    assert ([second.rows[0].seq, second.rows[-1].seq], second.older, second.newer, second.newest) == ([25, 1], None, 51, False)
    assert wallets.entries_until(session, wallet, standing, before=10**9).rows[0].seq == 50


def test_reading_as_of_asks_as_little_after_many_entries_as_after_few(session, wallet, post):
    def asked() -> int:
        statements = []
        listen = lambda *_: statements.append(1)  # noqa: E731
        event.listen(session.get_bind(), "before_cursor_execute", listen)
        standing = wallets.as_of(session, wallet, NOW + timedelta(minutes=2))
        shares = wallets.composition(session, wallet, standing=standing)
        event.remove(session.get_bind(), "before_cursor_execute", listen)
        assert [share.grant.remaining for share in shares] == [700]
        return len(statements)

    post(NOW, 1_000)
    post(NOW + timedelta(minutes=1), -300)
    counts = []
    for many in (5, 300):
        for n in range(many):
            post(NOW + timedelta(days=many, minutes=n), 400, key=f"in {many} {n}")
            post(NOW + timedelta(days=many, minutes=n), -400, key=f"out {many} {n}")
        counts.append(asked())
    assert counts[0] == counts[1] <= 4
