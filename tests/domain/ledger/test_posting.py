"""Posting: one way in, once, right to the last unit."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from portal.domain import ledger, wallets
from portal.domain.errors import NotFound
from portal.domain.ledger import REASONS
from portal.model import JournalEntry, JournalLine, WalletEntry
from portal.values import clock, ids, money
from tests.domain.ledger.books import left

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_an_entry_moves_the_balance_and_says_where_it_stands(session, wallet, post):
    first, second = post(10_000).entry, post(-2_550).entry
    assert (first.seq, first.balance_before, first.balance_after) == (1, 0, 10_000)
    assert (second.seq, second.balance_before, second.balance_after) == (2, 10_000, 7_450)
    session.refresh(wallet)
    assert (wallet.balance, wallet.seq, wallet.last_entry_at) == (7_450, 2, second.posted_at)


def test_the_entry_that_is_given_back_is_the_row_that_was_written(session, post):
    entry = post(10_000).entry
    kept = {column.key: getattr(entry, column.key) for column in WalletEntry.__table__.c}
    session.refresh(entry)
    assert kept == {column.key: getattr(entry, column.key) for column in WalletEntry.__table__.c}


def test_an_entry_is_chained_to_the_one_before_it(post):
    first, second = post(10_000).entry, post(5_000).entry
    assert first.prev_hash == bytes(32)
    assert second.prev_hash == first.hash
    assert len(second.hash) == 32


def test_the_hash_is_over_the_documented_lines(wallet, post):
    with clock.frozen(NOON):
        entry = post(10_000, "goodwill", reference="№ 12", customer_text="For the delay\nin May").entry
    lines = (
        "portal-ledger-2",
        str(wallet.id),
        "1",
        "10000",
        "EUR",
        "10000",
        str(entry.journal_entry_id),
        "goodwill",
        "2026-11-23T12:00:00.000000Z",
        "0" * 64,
        "4",
        "№ 12",
        "For the delay",
        "in May",
    )
    assert entry.hash == hashlib.sha256("\n".join(lines).encode()).digest()


def test_every_entry_is_balanced_in_the_books(session, post):
    for amount, reason in ((10_000, "top_up"), (2_500, "goodwill"), (-3_000, "service_delivered")):
        entry = post(amount, reason).entry
        lines = session.scalars(select(JournalLine).where(JournalLine.journal_entry_id == entry.journal_entry_id)).all()
        assert sum(line.debit for line in lines) == sum(line.credit for line in lines) == abs(amount)
        ours = next(line for line in lines if line.account == "wallet_liability")
        assert ours.credit - ours.debit == amount
        assert next(line.account for line in lines if line is not ours) == REASONS[reason].account


def test_nothing_goes_below_zero(session, wallet, post):
    post(10_000)
    with pytest.raises(ledger.InsufficientBalance, match=r"There are 100\.00 EUR in this wallet: at most 100\.00 can be deducted"):
        post(-10_001)
    session.refresh(wallet)
    assert (wallet.balance, wallet.seq) == (10_000, 1)
    assert ledger.verify(session) == []


def test_the_floor_of_a_wallet_is_its_own(session, wallet, post, by):
    wallets.set_floor(session, wallet, -50_000, by=by)
    assert post(-50_000).entry.balance_after == -50_000
    with pytest.raises(ledger.InsufficientBalance, match=r"There are −500.00 EUR in this wallet, and its floor is −500.00: nothing"):
        post(-1)


def test_new_credit_makes_good_what_was_below_zero_first(session, wallet, post, by):
    wallets.set_floor(session, wallet, -50_000, by=by)
    post(10_000)
    post(-22_000)
    assert left(session, wallet) == []
    post(7_000)
    assert left(session, wallet) == []
    post(10_000)
    assert left(session, wallet) == [5_000]
    post(-5_000)
    assert ledger.verify(session) == []


def test_a_frozen_and_a_closed_wallet_refuse(session, wallet, post, by):
    wallets.set_status(session, wallet, "frozen", reason="Dispute", by=by)
    with pytest.raises(ledger.WalletFrozen):
        post(100)
    wallets.set_status(session, wallet, "closed", reason="Left us", by=by)
    with pytest.raises(ledger.WalletClosed):
        post(100)


def test_a_wallet_holds_so_much_and_no_more(post):
    post(money.MAX_MINOR)
    with pytest.raises(ledger.WalletFull):
        post(1)


@pytest.mark.parametrize("amount", [0, money.MAX_MINOR + 1, -money.MAX_MINOR - 1])
def test_an_amount_out_of_bounds_is_a_mistake_of_the_caller(post, amount):
    with pytest.raises(ValueError, match="between 1 and"):
        post(amount)


def test_an_unknown_wallet_is_not_found(session, by):
    with pytest.raises(NotFound):
        ledger.post(session, ids.new_id(), 100, reason="top_up", key_scope="test", key="a", by=by)


def test_the_same_key_posts_once(session, wallet, post):
    first = post(10_000, key="once")
    again = post(10_000, key="once")
    assert (first.replayed, again.replayed) == (False, True)
    assert again.entry is first.entry
    session.refresh(wallet)
    assert (wallet.balance, wallet.seq) == (10_000, 1)


def test_a_retry_is_answered_though_the_wallet_is_frozen_by_now(session, wallet, post, by):
    first = post(10_000, key="once")
    wallets.set_status(session, wallet, "frozen", reason="Dispute", by=by)
    assert post(10_000, key="once").entry is first.entry


@pytest.mark.parametrize("change", [{"note": "b"}, {"customer_text": "b"}, {"reference": "b"}, {"expires_at": NOON}, {"amount": 10_001}])
def test_the_same_key_with_other_content_is_refused(post, change):
    post(10_000, key="once")
    with pytest.raises(ledger.KeyReused):
        post(**{"amount": 10_000, "key": "once", **change})


def test_the_same_key_in_another_scope_is_another_key(post):
    assert post(100, key="once").entry.seq == 1
    assert post(100, key="once", key_scope="elsewhere").entry.seq == 2


def test_no_entry_is_dated_before_the_one_before_it(post):
    with clock.frozen(NOON):
        first = post(100).entry
    with clock.frozen(NOON - timedelta(days=1)):
        second = post(100).entry
    with clock.frozen(NOON + timedelta(microseconds=1)):
        third = post(100).entry
    assert [entry.posted_at - NOON for entry in (first, second, third)] == [timedelta(0), timedelta(0), timedelta(microseconds=1)]


@pytest.mark.parametrize("table", ["wallet_entry", "journal_entry", "journal_line", "grant_use"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_the_books_cannot_be_changed_by_hand(session, post, table, act):
    post(10_000)
    post(-100)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(act.format(table)))


def test_nothing_is_left_of_a_refused_posting(session, wallet, post):
    with pytest.raises(ledger.InsufficientBalance):
        post(-1, key="a")
    assert session.scalar(select(func.count()).select_from(JournalEntry)) == 0
    assert post(1, key="a").replayed is False
