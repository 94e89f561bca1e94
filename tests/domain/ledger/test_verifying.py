"""The check of the books: whatever is changed behind their back is found, and the first wrong row named."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import delete, select, text, update

from portal.domain import ledger, wallets
from portal.domain.ledger.chain import FIRST_PREV_HASH, entry_text, moment
from portal.model import AuditEvent, CreditGrant, GrantUse, JournalEntry, JournalLine, Wallet, WalletEntry
from portal.values import clock, ids, money
from tests.domain.ledger.books import keep, past_the_triggers

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def story(session, wallet, post, by):
    """An addition, a gift, a spend and its reversal, and nothing wrong with them."""
    first = post(10_000).entry
    second = post(2_500, "goodwill", reference="invoice 1", customer_text="For the delay").entry
    spend = post(-2_700).entry
    back = wallets.reverse(session, wallet, spend, key="back", by=by)
    post(-300)
    session.flush()
    assert ledger.verify(session) == []
    return [first, second, spend, back]


SECOND = WalletEntry.seq == 2
SPEND = WalletEntry.seq == 3
GIFT = JournalEntry.reason == "goodwill"
BACK = JournalEntry.reason == "reversal"
USE = GrantUse.seq == 5
TAMPERING = {
    "the balance of a wallet": (update(Wallet).values(balance=Wallet.balance + 1), "I1", None),
    "how many entries it counts": (update(Wallet).values(seq=Wallet.seq + 1), "I2", None),
    "the balance after an entry": (update(WalletEntry).where(SECOND).values(balance_after=WalletEntry.balance_after + 1), "I2", 2),
    "the number of an entry": (update(WalletEntry).where(WalletEntry.seq == 5).values(seq=7), "I2", 7),
    "the amount of an entry": (update(WalletEntry).where(SECOND).values(amount=2_501), "I2", 2),
    "the time of an entry": (update(WalletEntry).where(SECOND).values(posted_at=NOON), "I6", 2),
    "what an entry is chained to": (update(WalletEntry).where(SECOND).values(prev_hash=bytes(32)), "I6", 2),
    "the hash of an entry": (update(WalletEntry).where(SECOND).values(hash=bytes(32)), "I6", 2),
    "the reason of a posting": (update(JournalEntry).where(GIFT).values(reason="top_up"), "I6", 2),
    "what the customer reads": (update(JournalEntry).where(GIFT).values(customer_text="Ours, not yours"), "I6", 2),
    "what a posting refers to": (update(JournalEntry).where(GIFT).values(reference="invoice 2"), "I6", 2),
    "where the reference ends": (update(JournalEntry).where(GIFT).values(reference="", customer_text="invoice 1\nFor the delay"), "I6", 2),
    "a debit": (update(JournalLine).where(JournalLine.account == "promotional_expense").values(debit=1), "I4", 2),
    "the currency of the lines": (update(JournalLine).values(currency="USD"), "I9", 1),
    "whose lines they are": (update(JournalLine).where(JournalLine.credit == 2_500).values(wallet_id=None), "I7", 2),
    "a line that is gone": (delete(JournalLine).where(JournalLine.credit == 2_500), "I4", 2),
    "all lines of a posting": (delete(JournalLine).where((JournalLine.credit == 2_500) | (JournalLine.debit == 2_500)), "I7", 2),
    "what a reversal reverses": (
        update(JournalEntry).where(BACK).values(reverses_id=select(WalletEntry.journal_entry_id).where(SECOND).scalar_subquery()),
        "I8",
        4,
    ),
    "a use that is gone": (delete(GrantUse).where(USE), "grants", 5),
    "the amount of a use": (update(GrantUse).where(USE).values(amount=301), "grants", 5),
    "what a use left": (update(GrantUse).where(USE).values(remaining_after=1), "grants", 0),
    "the number of a use": (update(GrantUse).where(USE).values(seq=6), "grants", 0),
    "what is left of a grant": (update(CreditGrant).where(CreditGrant.amount == 10_000).values(remaining=9_999), "grants", 0),
    "what a grant was": (update(CreditGrant).where(CreditGrant.amount == 10_000).values(amount=10_001), "grants", 1),
    "the number of a grant": (update(CreditGrant).where(CreditGrant.amount == 10_000).values(seq=2), "grants", 0),
    "when a grant was emptied": (update(CreditGrant).where(CreditGrant.amount == 10_000).values(emptied_seq=3), "grants", 0),
    "an event that is gone": (delete(AuditEvent).where(AuditEvent.action == "wallet.reversed"), "I10", 4),
    "an event of another act": (update(AuditEvent).where(AuditEvent.action == "wallet.reversed").values(action="wallet.read"), "I10", 4),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_what_was_changed_behind_the_back_of_the_books_is_found(session, wallet, story, what):
    change, invariant, seq = TAMPERING[what]
    past_the_triggers(session, change)
    faults = ledger.verify(session)
    assert [(fault.invariant, fault.wallet_id) for fault in faults] == [(invariant, wallet.id)], faults
    assert ledger.verify(session, wallet.id) == faults
    if seq:
        assert faults[0].row_id == session.scalar(select(WalletEntry.id).where(WalletEntry.seq == seq))


def test_entries_of_the_first_version_of_the_hash_hold_and_are_still_found_when_changed(session, wallet, post):
    first, second = post(10_000, customer_text="As agreed").entry, post(-300).entry
    prev = FIRST_PREV_HASH
    for entry, reason in ((first, "top_up"), (second, "service_delivered")):
        said = entry_text(
            *(wallet.id, entry.seq, entry.amount, "EUR", entry.balance_after, entry.journal_entry_id),
            *(reason, moment(entry.posted_at), prev),
        )
        own = sha256(f"portal-ledger-1\n{said}".encode()).digest()
        past_the_triggers(session, update(WalletEntry).where(WalletEntry.id == entry.id).values(prev_hash=prev, hash=own))
        prev = own
    post(-700, customer_text="The new way, after the old")
    assert ledger.verify(session) == []
    assert ledger.verify(session, wallet.id) == []
    past_the_triggers(session, update(WalletEntry).where(WalletEntry.seq == 2).values(posted_at=NOON))
    assert [(fault.invariant, fault.row_id) for fault in ledger.verify(session)] == [("I6", second.id)]


def test_an_event_that_is_there_twice_is_found(session, wallet, story):
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "wallet.reversed")).one()
    columns = {column.key: getattr(event, column.key) for column in AuditEvent.__table__.c}
    session.add(AuditEvent(**columns | {"id": ids.new_id()}))
    assert [(fault.invariant, fault.row_id) for fault in ledger.verify(session)] == [("I10", story[3].id)]


def test_a_posting_without_an_entry_is_found(session, wallet, story):
    made = session.get_one(JournalEntry, story[0].journal_entry_id)
    columns = {column.key: getattr(made, column.key) for column in JournalEntry.__table__.c}
    lone = JournalEntry(**columns | {"id": ids.new_id(), "key": "another"})
    session.add(lone)
    assert [(fault.invariant, fault.wallet_id, fault.row_id) for fault in ledger.verify(session)] == [("I7", None, lone.id)]


def test_a_wallet_that_lost_its_last_entry_is_found(session, wallet, post):
    entry = post(100).entry
    session.execute(delete(CreditGrant))
    past_the_triggers(session, delete(WalletEntry).where(WalletEntry.id == entry.id))
    faults = ledger.verify(session)
    assert {fault.invariant for fault in faults} == {"I7", "I1"}


def test_an_entry_dated_before_the_one_before_it_is_found(session, wallet, post, monkeypatch):
    with clock.frozen(NOON):
        post(100)
    second = post(100).entry
    session.execute(update(Wallet).values(last_entry_at=NOON - timedelta(days=1)))
    with clock.frozen(NOON - timedelta(hours=1)):
        third = post(100).entry
    assert second.posted_at >= NOON or third.posted_at < NOON
    assert [(fault.invariant, "dated before" in fault.sentence) for fault in ledger.verify(session)] == [("I2", True)]


def test_a_transfer_that_loses_on_the_way_is_found(session, cast, wallet, post, by):
    cast.neighbour.parent_id = cast.own.id
    other = wallets.open(session, cast.neighbour, "EUR", by=by)
    post(1_000)
    out, _ = wallets.transfer(session, wallet, other, 400, key="move", by=by)
    assert ledger.verify(session) == []
    change = update(JournalEntry).where(JournalEntry.id == out.journal_entry_id).values(transfer_id=ids.new_id())
    past_the_triggers(session, change)
    assert {(fault.invariant, fault.wallet_id) for fault in ledger.verify(session)} == {("I4", wallet.id), ("I4", other.id)}


def test_a_reversal_of_a_reversal_is_found(session, wallet, story, post):
    journal = select(WalletEntry.journal_entry_id).where(WalletEntry.seq == 4).scalar_subquery()
    entry = post(-2_700, "correction").entry
    past_the_triggers(session, update(JournalEntry).where(JournalEntry.id == entry.journal_entry_id).values(reverses_id=journal))
    assert [fault.invariant for fault in ledger.verify(session)] == ["I8"]


def test_a_balance_below_its_floor_is_found(session, wallet, story):
    sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute(text("PRAGMA ignore_check_constraints = ON" if sqlite else "ALTER TABLE wallet DROP CONSTRAINT ck_wallet_floor"))
    session.execute(update(Wallet).values(floor=999_999))
    assert [fault.invariant for fault in ledger.verify(session)] == ["I3"]


def test_only_the_wallet_that_was_asked_for_is_checked(session, cast, wallet, post, by):
    other = wallets.open(session, cast.neighbour, "EUR", by=by)
    post(100)
    session.execute(update(Wallet).where(Wallet.id == wallet.id).values(balance=1))
    assert ledger.verify(session, other.id) == []
    assert len(ledger.verify(session, wallet.id)) == 1


def test_every_wallet_with_a_fault_is_named_once(session, cast, by):
    made = ledger.opening_rows(
        (ledger.Opening(cast.own.id.hex, code, 100, code, is_main=False) for code in list(money.EXPONENTS)[:40]), by=by
    )
    keep(session, made, by)
    assert ledger.verify(session) == []
    session.execute(update(Wallet).where(Wallet.currency.in_(["AED", "CHF"])).values(balance=99))
    assert sorted(fault.invariant for fault in ledger.verify(session)) == ["I1", "I1"]


def test_a_fault_is_one_line_to_read(session, wallet, story):
    session.execute(update(Wallet).values(balance=1))
    assert str(ledger.verify(session)[0]).startswith("I1: the balance is 1, its entries say 12200 (row ")
