"""Reversing: the exact negative, once, with what was taken given back to where it came from."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.domain import ledger, mail_log, wallets
from portal.domain.errors import NotFound
from portal.domain.letters.phrases import in_english
from portal.model import AuditEvent, CreditGrant, EmailMessage, GrantUse, JournalEntry, JournalLine, WalletEntry
from portal.values import clock
from tests.domain.ledger.books import left

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def reverse(session, wallet, by):
    keys = iter(range(1000))

    def reversing(entry, **options) -> WalletEntry:
        return wallets.reverse(session, wallet, entry, **{"key": f"back-{next(keys)}", "by": by, **options})

    return reversing


@pytest.fixture
def plan(session, wallet):
    return lambda entry: wallets.reversal_plan(session, wallet, entry)


def uses(session, entry) -> list[tuple[int, int, str]]:
    rows = session.scalars(select(GrantUse).where(GrantUse.entry_id == entry.id).order_by(GrantUse.id))
    return [(use.amount, use.remaining_after, use.rule) for use in rows]


def test_a_spend_gives_back_to_the_very_grants_it_took_from(session, wallet, post, reverse, plan):
    post(1_000)
    post(300, "goodwill")
    spend = post(-500).entry
    assert left(session, wallet) == [800]
    assert (plan(spend).given_back, plan(spend).before, plan(spend).after) == (500, 800, 1_300)
    made = reverse(spend)
    assert (made.amount, made.balance_after) == (500, 1_300)
    assert left(session, wallet) == [300, 1_000]
    assert uses(session, made) == [(-300, 300, "reversed"), (-200, 1_000, "reversed")]
    assert ledger.verify(session) == []


def test_a_reversal_points_at_what_it_reverses_and_goes_against_the_same_account(session, wallet, post, reverse):
    gift = post(300, "goodwill").entry
    journal = session.get_one(JournalEntry, reverse(gift, note="Twice by mistake").journal_entry_id)
    assert (journal.reverses_id, journal.reason, journal.note) == (gift.journal_entry_id, "reversal", "Twice by mistake")
    accounts = session.scalars(select(JournalLine.account).where(JournalLine.journal_entry_id == journal.id)).all()
    assert set(accounts) == {"wallet_liability", "promotional_expense"}


def test_added_credit_takes_what_is_left_of_its_own_grant_first(session, wallet, post, reverse, plan):
    post(1_000, priority=10)
    second = post(500).entry
    post(400, priority=90)
    post(-1_200)
    assert left(session, wallet) == [300, 400]
    figures = plan(second)
    assert (figures.left, figures.from_others, figures.overdrawn, figures.refusal) == (300, 200, 0, None)
    made = reverse(second)
    assert left(session, wallet) == [200]
    assert uses(session, made) == [(300, 0, "reversed"), (200, 200, "only")]
    assert ledger.verify(session) == []


def test_credit_that_is_spent_cannot_be_taken_back(session, wallet, post, reverse, plan):
    added = post(10_000).entry
    post(-8_000)
    post(500)
    words = r"Of these 100\.00 EUR, 80\.00 are spent, and the balance is 25\.00: the whole cannot be taken back\. What is left of it"
    with pytest.raises(wallets.CreditSpent, match=words) as refused:
        reverse(added)
    assert (refused.value.amount, refused.value.left, refused.value.field) == (10_000, 2_000, "amount")
    assert str(plan(added).refusal) == str(refused.value)
    assert wallet.balance == 2_500
    assert ledger.verify(session) == []


def test_once_is_enough(session, wallet, post, reverse, plan):
    spend = (post(1_000), post(-500).entry)[1]
    reverse(spend)
    assert isinstance(plan(spend).refusal, wallets.AlreadyReversed)
    with pytest.raises(wallets.AlreadyReversed, match="reversed already"):
        reverse(spend)
    assert wallet.balance == 1_000


def test_a_reversal_stands(post, reverse, plan):
    made = reverse(post(1_000).entry)
    assert isinstance(plan(made).refusal, wallets.ReversalOfReversal)
    with pytest.raises(wallets.ReversalOfReversal, match="Post a new entry instead"):
        reverse(made)


def test_an_expiry_stands(session, wallet, post, reverse, by):
    grant = session.scalars(select(CreditGrant).where(CreditGrant.entry_id == post(100, expires_at=NOON).entry.id)).one()
    entry = ledger.expire(session, grant.id, at=NOON, by=by)
    with pytest.raises(ledger.ExpiryStands, match="end again at once"):
        reverse(entry)


def test_a_frozen_wallet_refuses_and_the_plan_says_so(session, wallet, post, reverse, plan, by):
    added = post(1_000).entry
    wallets.set_status(session, wallet, "frozen", reason="Dispute", by=by)
    assert isinstance(plan(added).refusal, wallets.WalletFrozen)
    with pytest.raises(wallets.WalletFrozen):
        reverse(added)


def test_an_entry_of_another_wallet_is_not_found(session, cast, wallet, post, by):
    other = wallets.open(session, cast.neighbour, "EUR", by=by)
    with pytest.raises(NotFound):
        wallets.reverse(session, other, post(100).entry, key="a", by=by)


def test_the_same_key_reverses_once_and_another_body_is_refused(session, wallet, post, reverse):
    added = post(1_000).entry
    first = reverse(added, key="once", note="n")
    assert reverse(added, key="once", note="n") is first
    with pytest.raises(wallets.KeyReused):
        reverse(added, key="once", note="m")
    assert len(session.scalars(select(AuditEvent).where(AuditEvent.action == "wallet.reversed")).all()) == 1


def test_an_overdraft_that_is_reversed_is_owed_less(session, wallet, post, reverse, plan, by):
    wallets.set_floor(session, wallet, -1_000, by=by)
    post(200)
    spend = post(-900).entry
    assert wallet.balance == -700
    made = reverse(spend)
    assert (made.balance_after, left(session, wallet)) == (200, [200])
    assert uses(session, made) == [(-200, 200, "reversed")]
    assert ledger.verify(session) == []


def test_what_made_good_a_reversed_overdraft_comes_back(session, wallet, post, reverse, plan, by):
    wallets.set_floor(session, wallet, -1_000, by=by)
    post(200)
    spend = post(-900).entry
    post(1_000)
    assert left(session, wallet) == [300]
    assert (plan(spend).given_back, plan(spend).owed) == (900, 0)
    made = reverse(spend)
    assert (made.balance_after, left(session, wallet)) == (1_200, [200, 1_000])
    assert uses(session, made) == [(-200, 200, "reversed"), (-700, 1_000, "owed")]
    assert ledger.verify(session) == []


def test_what_is_given_back_makes_good_what_is_still_owed(session, wallet, post, reverse, plan, by):
    wallets.set_floor(session, wallet, -1_000, by=by)
    post(500)
    spend = post(-400).entry
    post(-700)
    assert wallet.balance == -600
    assert (plan(spend).given_back, plan(spend).owed) == (0, 400)
    made = reverse(spend)
    assert (made.balance_after, left(session, wallet)) == (-200, [])
    assert uses(session, made) == [(-400, 400, "reversed"), (400, 0, "owed")]
    assert ledger.verify(session) == []


def test_an_addition_that_made_good_an_overdraft_is_taken_back_into_it(session, wallet, post, reverse, plan, by):
    wallets.set_floor(session, wallet, -1_000, by=by)
    post(-400)
    added = post(1_000).entry
    figures = plan(added)
    assert (figures.left, figures.from_others, figures.overdrawn) == (600, 0, 400)
    assert (reverse(added).balance_after, left(session, wallet)) == (-400, [])
    assert ledger.verify(session) == []


def test_what_ended_meanwhile_is_given_back_and_ends_once_more(session, wallet, post, reverse, plan, by):
    with clock.frozen(NOON):
        grant = session.scalars(
            select(CreditGrant).where(CreditGrant.entry_id == post(500, expires_at=NOON + timedelta(days=1)).entry.id)
        ).one()
        spend = post(-300).entry
    later = NOON + timedelta(days=2)
    with clock.frozen(later):
        first = ledger.expire(session, grant.id, at=later, by=by)
        assert (plan(spend).given_back, plan(spend).ended) == (300, 300)
        reverse(spend)
        assert left(session, wallet) == [300]
        second = ledger.expire(session, grant.id, at=later, by=by)
        assert ledger.expire(session, grant.id, at=later, by=by) is None
    assert (first.amount, second.amount, left(session, wallet)) == (-200, -300, [])


def test_a_revocation_that_is_reversed_is_no_revocation(session, wallet, post, reverse, by):
    grant = session.scalars(select(CreditGrant).where(CreditGrant.entry_id == post(500).entry.id)).one()
    entry = wallets.revoke(session, wallet, grant, key="r", by=by)
    assert grant.revoked_at is not None
    reverse(entry)
    session.refresh(grant)
    assert (grant.remaining, grant.revoked_at, grant.emptied_seq) == (500, None, None)
    assert ledger.verify(session) == []


def test_the_customer_is_told_what_it_undoes(session, wallet, cast, post, reverse):
    with clock.frozen(NOON):
        gift = post(2_500, "goodwill").entry
        reverse(gift, customer_text="Entered twice")
    letter = session.scalars(select(EmailMessage)).one()
    assert (letter.letter, letter.facts["text"]) == ("wallet_debited", "Entered twice")
    assert in_english(letter.facts["reason"]) == "Reversal: Goodwill"
    assert letter.facts["reverses_at"] == NOON.isoformat()
    written = mail_log.reread(session, letter, public_url="https://portal.example")
    assert written.subject == "You have 25.00 EUR less credit"
    assert "with these words: “Entered twice”. It undoes what was posted on 23 Nov 2026" in " ".join(written.text.split())


def test_the_record_names_what_was_reversed(session, wallet, post, reverse, by):
    made = reverse(post(2_500, "goodwill").entry)
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "wallet.reversed")).one()
    assert event.facts == {
        "amount": -2_500,
        "currency": "EUR",
        "before": 2_500,
        "after": 0,
        "reason": "reversal",
        "entry_id": str(made.id),
        "reverses": 1,
        "reversed_reason": "goodwill",
    }
