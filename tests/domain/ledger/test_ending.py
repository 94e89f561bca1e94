"""Taking back what is left of one grant: revoked by somebody, or ended by time."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.domain import ledger, wallets
from portal.domain.errors import NotFound
from portal.domain.letters.phrases import in_english
from portal.model import AuditEvent, CreditGrant, EmailMessage, JournalEntry, JournalLine
from portal.values import clock, ids
from tests.domain.ledger.books import left

NOON = datetime(2027, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def grant(session, post):
    """Make a grant by posting."""

    def granting(amount, reason="", **options) -> CreditGrant:
        return session.scalars(select(CreditGrant).where(CreditGrant.entry_id == post(amount, reason, **options).entry.id)).one()

    return granting


@pytest.fixture
def revoke(session, wallet, by):
    keys = iter(range(1000))

    def revoking(grant, **options):
        return wallets.revoke(session, wallet, grant, **{"key": f"revoke-{next(keys)}", "by": by, **options})

    return revoking


@pytest.mark.parametrize(("reason", "account"), [("goodwill", "promotional_expense"), ("top_up", "breakage")])
def test_what_is_left_of_a_grant_is_taken_back(session, wallet, post, grant, revoke, reason, account):
    gift = grant(500, reason, priority=10)
    post(1_000)
    post(-200)
    entry = revoke(gift, note="Fraud", customer_text="Granted by mistake")
    assert (entry.amount, entry.balance_after, left(session, wallet)) == (-300, 1_000, [1_000])
    journal = session.get_one(JournalEntry, entry.journal_entry_id)
    assert (journal.reason, journal.note, journal.customer_text) == ("revocation", "Fraud", "Granted by mistake")
    accounts = session.scalars(select(JournalLine.account).where(JournalLine.journal_entry_id == journal.id)).all()
    assert set(accounts) == {"wallet_liability", account}
    session.refresh(gift)
    assert (gift.remaining, gift.revoked_at is not None, gift.emptied_seq) == (0, True, entry.seq)
    letter = session.scalars(select(EmailMessage)).one()
    assert (letter.letter, in_english(letter.facts["reason"])) == ("wallet_debited", "Credit taken back")
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "wallet.grant_revoked")).one()
    assert (event.facts["grant_id"], event.facts["amount"]) == (str(gift.id), -300)
    assert ledger.verify(session) == []


def test_of_an_empty_grant_nothing_is_taken_back(post, grant, revoke):
    gift = grant(500)
    post(-500)
    with pytest.raises(wallets.GrantEmpty, match="Nothing is left of this credit"):
        revoke(gift)


def test_a_floor_above_zero_keeps_a_grant(session, wallet, grant, revoke, by):
    gift = grant(500)
    wallets.set_floor(session, wallet, 100, by=by)
    with pytest.raises(wallets.InsufficientBalance):
        revoke(gift)
    assert left(session, wallet) == [500]


def test_a_grant_of_another_wallet_is_not_found(session, cast, grant, by):
    other = wallets.open(session, cast.neighbour, "EUR", by=by)
    with pytest.raises(NotFound):
        wallets.revoke(session, other, grant(500), key="a", by=by)


def test_the_same_key_revokes_once_though_nothing_is_left_by_then(grant, revoke):
    gift = grant(500)
    first = revoke(gift, key="once")
    assert revoke(gift, key="once") is first
    with pytest.raises(wallets.KeyReused):
        revoke(gift, key="once", note="another")


def test_credit_ends_when_its_time_is_over_and_not_before(session, wallet, grant, by):
    ending = grant(500, expires_at=NOON)
    assert ledger.expire(session, ending.id, at=NOON - timedelta(microseconds=1), by=by) is None
    entry = ledger.expire(session, ending.id, at=NOON, by=by)
    assert (entry.amount, left(session, wallet)) == (-500, [])
    assert ledger.expire(session, ending.id, at=NOON + timedelta(days=1), by=by) is None
    journal = session.get_one(JournalEntry, entry.journal_entry_id)
    assert (journal.key_scope, journal.key, journal.reason) == ("expiry", str(ending.id), "expiry")


def test_what_does_not_end_or_is_not_there_does_not_expire(session, grant, by):
    assert ledger.expire(session, grant(500).id, at=NOON, by=by) is None
    assert ledger.expire(session, ids.new_id(), at=NOON, by=by) is None


def test_in_an_overdrawn_wallet_nothing_is_left_to_end(session, wallet, post, grant, by):
    wallets.set_floor(session, wallet, -1_000, by=by)
    ending = grant(500, expires_at=NOON)
    post(-700)
    assert ledger.expire(session, ending.id, at=NOON, by=by) is None


def test_credit_ends_down_to_the_floor(session, wallet, grant, by):
    ending = grant(500, expires_at=NOON)
    wallets.set_floor(session, wallet, 200, by=by)
    assert ledger.expire(session, ending.id, at=NOON, by=by).amount == -300
    assert ledger.expire(session, ending.id, at=NOON, by=by) is None
    wallets.set_floor(session, wallet, 0, by=by)
    assert ledger.expire(session, ending.id, at=NOON, by=by).amount == -200


def test_credit_of_a_frozen_wallet_ends_when_it_is_opened(session, wallet, grant, by):
    ending = grant(500, expires_at=NOON)
    wallets.set_status(session, wallet, "frozen", reason="x", by=by)
    with pytest.raises(wallets.WalletFrozen):
        ledger.expire(session, ending.id, at=NOON, by=by)
    wallets.set_status(session, wallet, "open", reason="x", by=by)
    assert ledger.expire(session, ending.id, at=NOON, by=by).amount == -500


def test_an_expiry_takes_its_own_grant_whatever_the_order(session, wallet, post, grant, by):
    post(100, priority=1)
    ending = grant(500, expires_at=NOON, priority=90)
    with clock.frozen(NOON):
        ledger.expire(session, ending.id, at=NOON, by=by)
    assert left(session, wallet) == [100]
