"""Transfers: within the family, with what the credit is, both sides or none."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from portal.domain import ledger, mail_log, wallets
from portal.domain.errors import Refusal
from portal.domain.letters.phrases import say
from portal.model import AuditEvent, CreditGrant, EmailMessage, JournalEntry, JournalLine, WalletEntry
from portal.values.money import MAX_MINOR
from tests import factories
from tests.domain.ledger.books import left

NOON = datetime(2027, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def child(session, cast, by):
    """The wallet of a child of the own customer."""
    cast.neighbour.parent_id = cast.own.id
    return wallets.open(session, cast.neighbour, "EUR", by=by)


@pytest.fixture
def transfer(session, wallet, child, by):
    keys = iter(range(1000))

    def moving(amount, source=wallet, target=child, **options):
        return wallets.transfer(session, source, target, amount, **{"key": f"move-{next(keys)}", "by": by, **options})

    return moving


def test_credit_leaves_here_and_comes_there(session, wallet, child, post, transfer):
    post(1_000)
    out, arrived = transfer(400, note="n", customer_text="For the fair", reference="R-1")
    assert (out.wallet_id, out.amount, out.balance_after) == (wallet.id, -400, 600)
    assert (arrived.wallet_id, arrived.amount, arrived.balance_after) == (child.id, 400, 400)
    journals = [session.get_one(JournalEntry, entry.journal_entry_id) for entry in (out, arrived)]
    assert journals[0].transfer_id == journals[1].transfer_id is not None
    assert [(one.reason, one.note, one.customer_text, one.reference) for one in journals] == [("transfer", "n", "For the fair", "R-1")] * 2
    assert journals[1].key == journals[0].key + ":in"
    for journal in journals:
        lines = session.scalars(select(JournalLine).where(JournalLine.journal_entry_id == journal.id)).all()
        assert {line.account for line in lines} == {"wallet_liability", "transfer"}
    assert ledger.verify(session) == []


def test_paid_stays_paid_a_gift_a_gift_and_what_ends_ends_there(session, wallet, child, post, transfer):
    post(100, "goodwill", expires_at=NOON)
    post(200, "goodwill", expires_at=NOON)
    post(1_000)
    out, arrived = transfer(500)
    made = session.scalars(select(CreditGrant).where(CreditGrant.wallet_id == child.id).order_by(CreditGrant.seq)).all()
    assert [(grant.kind, grant.amount, grant.expires_at) for grant in made] == [("promotional", 300, NOON), ("paid", 200, None)]
    assert (out.amount, arrived.amount, arrived.balance_after) == (-500, 200, 500)
    assert ledger.verify(session) == []


def test_an_overdraft_within_the_floor_arrives_as_paid_and_makes_good_there(session, wallet, child, post, transfer, by):
    wallets.set_floor(session, wallet, -500, by=by)
    wallets.set_floor(session, child, -500, by=by)
    post(100, "goodwill")
    post(-250, to=child)
    out, arrived = transfer(400)
    assert (out.balance_after, arrived.balance_after) == (-300, 150)
    assert left(session, child) == [150]
    with pytest.raises(wallets.InsufficientBalance, match=r"at most 2\.00"):
        transfer(201)
    assert ledger.verify(session) == []


@pytest.mark.parametrize(("status", "words"), [("frozen", "The other wallet is frozen"), ("closed", "The other wallet is closed")])
def test_a_target_that_does_not_move_leaves_the_source_as_it_was(session, wallet, child, post, transfer, by, status, words):
    post(1_000)
    wallets.set_status(session, child, status, reason="Dispute", by=by)
    with pytest.raises(wallets.OtherWalletStill, match=words) as refused:
        transfer(400)
    assert refused.value.field == "target"
    session.refresh(wallet)
    assert (wallet.balance, wallet.seq, left(session, wallet)) == (1_000, 1, [1_000])
    assert ledger.verify(session) == []


def test_a_target_that_is_full_says_so(session, child, post, transfer):
    post(MAX_MINOR, to=child)
    post(100)
    with pytest.raises(wallets.OtherWalletStill, match="In the other wallet: A wallet holds at most"):
        transfer(100)


@pytest.mark.parametrize(
    ("amount", "target", "refusal", "field", "words"),
    [
        (0, "child", wallets.AmountMissing, "amount", "more than zero"),
        (-5, "child", wallets.AmountMissing, "amount", "more than zero"),
        (MAX_MINOR + 1, "child", Refusal, "amount", "holds at most"),
        (5, "same", wallets.SameWallet, "target", "choose another"),
        (5, "dollars", wallets.OtherCurrency, "target", "The other wallet is in USD: credit moves between wallets in EUR only"),
        (5, "stranger", wallets.NotFamily, "target", "This wallet is elsewhere"),
        (5, "child", wallets.InsufficientBalance, "amount", "nothing can be deducted"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(session, cast, wallet, child, transfer, by, amount, target, refusal, field, words):
    stranger = factories.customer(session, cast.entity, name="Fremd AG")
    targets = {
        "child": child,
        "same": wallet,
        "dollars": wallets.open(session, cast.neighbour, "USD", by=by),
        "stranger": wallets.open(session, stranger, "EUR", by=by),
    }
    with pytest.raises(refusal, match=words) as refused:
        transfer(amount, target=targets[target])
    assert refused.value.field == field
    assert not session.scalars(select(AuditEvent).where(AuditEvent.action == "wallet.transferred")).all()
    assert not session.scalars(select(EmailMessage)).all()


def test_the_family_is_the_chain_above_and_the_children(session, cast, wallet, child, by):
    grandchild = factories.customer(session, cast.entity, name="Enkel AG")
    grandchild.parent_id = cast.neighbour.id
    session.flush()
    far = wallets.open(session, grandchild, "EUR", by=by)
    wallets.open(session, grandchild, "USD", by=by)
    assert wallets.transfer_targets(session, by, wallet) == [child]
    assert set(wallets.transfer_targets(session, by, far)) == {child, wallet}
    assert {target.customer.name for target in wallets.transfer_targets(session, by, child)} == {cast.own.name, "Enkel AG"}
    assert wallets.transfer_targets(session, cast.person(), wallet) == []
    wallets.set_status(session, child, "frozen", reason="x", by=by)
    assert wallets.transfer_targets(session, by, wallet) == []


def test_the_same_key_moves_once_and_another_body_is_refused(session, wallet, child, post, transfer):
    post(1_000)
    first = transfer(400, key="once")
    assert transfer(400, key="once") == first
    for other in ({"amount": 401}, {"amount": 400, "note": "b"}, {"amount": 400, "source": child, "target": wallet}):
        with pytest.raises(wallets.KeyReused):
            transfer(**other, key="once")
    session.refresh(wallet)
    assert wallet.balance == 600
    assert len(session.scalars(select(EmailMessage).where(EmailMessage.letter == "wallet_debited")).all()) == 1


def test_a_key_that_the_other_side_needs_and_that_is_used_is_refused(session, wallet, post, transfer):
    post(1_000, key="x:in", key_scope="console")
    with pytest.raises(wallets.KeyReused):
        transfer(400, key="x")
    session.refresh(wallet)
    assert wallet.balance == 1_000


def test_both_customers_are_told_and_have_their_record(session, cast, wallet, child, post, transfer):
    post(100, "goodwill", expires_at=NOON)
    post(1_000)
    transfer(400, customer_text="For the fair")
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "wallet.transferred").order_by(AuditEvent.id)).all()
    assert [(event.customer_id, event.facts["amount"], event.facts["other"]) for event in events] == [
        (cast.own.id, -400, cast.neighbour.name),
        (cast.neighbour.id, 100, cast.own.name),
        (cast.neighbour.id, 300, cast.own.name),
    ]
    told = {letter.customer_id: letter.facts for letter in session.scalars(select(EmailMessage))}
    assert (told[cast.own.id]["amount"], told[cast.own.id]["reason"]) == (-400, say("Transfer to {customer}", customer=cast.neighbour.name))
    assert (told[cast.neighbour.id]["amount"], told[cast.neighbour.id]["reason"]) == (
        400,
        say("Transfer from {customer}", customer=cast.own.name),
    )
    assert (told[cast.neighbour.id]["before"], told[cast.neighbour.id]["after"]) == (0, 400)
    letter = session.scalars(select(EmailMessage).where(EmailMessage.customer_id == cast.own.id)).one()
    written = mail_log.reread(session, letter, public_url="https://portal.example")
    assert f"Transfer to {cast.neighbour.name}" in written.text


@pytest.mark.parametrize("side", ["out", "arrived"])
def test_a_transfer_is_reversed_on_every_side(session, cast, wallet, child, post, transfer, by, side):
    post(100, "goodwill")
    post(1_000)
    out, arrived = transfer(400)
    entry, where = (out, wallet) if side == "out" else (arrived, child)
    plan = wallets.reversal_plan(session, where, entry)
    assert (plan.refusal, len(plan.others)) == (None, 2)
    made = wallets.reverse(session, where, entry, key="back", by=by)
    assert made.amount == -entry.amount
    assert (left(session, wallet), left(session, child)) == ([100, 1_000], [])
    assert len(session.scalars(select(AuditEvent).where(AuditEvent.action == "wallet.reversed")).all()) == 3
    assert ledger.verify(session) == []
    with pytest.raises(wallets.AlreadyReversed):
        wallets.reverse(session, wallet, out, key="again", by=by)
    assert wallets.reverse(session, where, entry, key="back", by=by) is made
    reversal = session.get_one(JournalEntry, made.journal_entry_id)
    sides = session.scalars(select(WalletEntry).join(JournalEntry).where(JournalEntry.transfer_id == reversal.transfer_id)).all()
    assert sum(one.amount for one in sides) == 0


def test_a_transfer_whose_credit_is_spent_there_is_not_reversed_here(session, wallet, child, post, transfer, by):
    post(1_000)
    out, _ = transfer(400)
    post(-300, to=child)
    words = r"The other wallet has 1\.00 EUR: the whole cannot be taken back from there"
    with pytest.raises(wallets.OtherWalletStill, match=words):
        wallets.reverse(session, wallet, out, key="back", by=by)
    assert "The other wallet has" in str(wallets.reversal_plan(session, wallet, out).refusal)
    session.refresh(child)
    assert (wallet.balance, child.balance) == (600, 100)
    assert ledger.verify(session) == []


def test_credit_that_ends_and_comes_in_one_entry_says_so_in_the_letter(session, cast, post, transfer):
    post(100, "goodwill", expires_at=NOON)
    transfer(50)
    letter = session.scalars(select(EmailMessage).where(EmailMessage.customer_id == cast.neighbour.id)).one()
    assert letter.facts["expires_at"] == NOON.isoformat()
