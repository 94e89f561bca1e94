"""Moving credit from one wallet of a customer's family to another in the same currency."""

from uuid import UUID

from sqlalchemy import CompoundSelect, select
from sqlalchemy.orm import Session, aliased, contains_eager

from portal.domain import ledger, reach
from portal.domain.actors import Actor
from portal.domain.errors import NotAllowed, Refusal
from portal.domain.letters.phrases import say
from portal.domain.wallets import recording
from portal.domain.wallets.adjusting import AmountMissing, AmountTooLarge
from portal.model import Customer, Wallet, WalletEntry
from portal.values.money import MAX_MINOR

AT_MOST = 200


class SameWallet(Refusal):
    """Nothing would move."""

    def __init__(self):
        super().__init__("This is the wallet it leaves: choose another one.", field="target")


class OtherCurrency(Refusal):
    """Credit is not exchanged."""

    def __init__(self, source: str, target: str):
        super().__init__(f"The other wallet is in {target}: credit moves between wallets in {source} only.", field="target")


class NotFamily(NotAllowed):
    """Credit stays in the family."""

    def __init__(self):
        super().__init__("Credit moves within a customer, to those above it and to its children. This wallet is elsewhere.", field="target")


def transfer_targets(session: Session, actor: Actor, wallet: Wallet) -> list[Wallet]:
    """List the wallets one may transfer to, customers loaded: open, of the same currency, of those above and of the children."""
    if actor.customer_id is not None:
        return []
    found = session.scalars(
        select(Wallet)
        .join(Customer, Customer.id == Wallet.customer_id)
        .options(contains_eager(Wallet.customer))
        .where(
            Wallet.currency == wallet.currency,
            Wallet.status == "open",
            Wallet.id != wallet.id,
            Customer.status == "active",
            *reach.within(actor, Customer.id),
            Customer.id.in_(_family(wallet.customer_id)),
        )
        .order_by(Customer.name_key, Customer.id)
        .limit(AT_MOST)
    )
    return list(found)


def transfer(
    session: Session,
    source: Wallet,
    target: Wallet,
    amount: int,
    *,
    key: str,
    key_scope: str = "",
    note: str = "",
    customer_text: str = "",
    reference: str = "",
    approved_by: Actor | None = None,
    by: Actor,
) -> tuple[WalletEntry, WalletEntry]:
    """Move credit (minor units > 0) to another wallet of the family; give what left here, and what came there last.

    Credit keeps its kind and its expiry, so it may arrive in several entries (see `ledger.transfer`). Both customers have
    their record and their letter.

    :raises SameWallet, OtherCurrency, NotFamily, OtherWalletStill: when it cannot go there.
    :raises InsufficientBalance, WalletFrozen, WalletClosed, KeyReused, NeedsApproval: see `ledger.post`.
    """
    key_scope = key_scope or by.origin
    if not ledger.known(session, key_scope, key):
        check(session, source, target, amount)
    said = recording.texts(note, customer_text, reference)
    done = ledger.transfer(
        *(session, source.id, target.id, amount),
        key_scope=key_scope,
        key=key,
        approved_by=approved_by,
        by=by,
        **said._asdict(),
    )
    if not done.replayed:
        giver, taker = (session.get_one(Customer, wallet.customer_id).name for wallet in (source, target))
        who = {"approved_by": approved_by, "by": by}
        recording.record(session, "wallet.transferred", source, done.out, said, reason="transfer", other=taker, **who)
        for entry in done.arrived:
            recording.record(session, "wallet.transferred", target, entry, said, reason="transfer", other=giver, **who)
        # Translators: wallet letters, why credit moved: to another customer’s wallet
        recording.tell(session, source, done.out, said, reason=say("Transfer to {customer}", customer=taker))
        recording.tell(
            *(session, target, done.arrived[-1], said),
            # Translators: wallet letters, why credit moved: from another customer’s wallet
            reason=say("Transfer from {customer}", customer=giver),
            before=done.arrived[0].balance_before,
            expires_at=done.expires_at,
        )
    return done.out, done.arrived[-1]


def check(session: Session, source: Wallet, target: Wallet, amount: int) -> None:
    """Check that credit may go from one wallet to another, whatever is in them.

    :raises SameWallet, OtherCurrency, NotFamily, AmountMissing, AmountTooLarge: at its field.
    """
    if amount <= 0:
        raise AmountMissing
    if amount > MAX_MINOR:
        raise AmountTooLarge(source.currency)
    if source.id == target.id:
        raise SameWallet
    if source.currency != target.currency:
        raise OtherCurrency(source.currency, target.currency)
    if session.scalar(select(Customer.id).where(Customer.id == target.customer_id, Customer.id.in_(_family(source.customer_id)))) is None:
        raise NotFamily


def _family(customer_id: UUID) -> CompoundSelect:
    """Select the ids of a customer, of all above it, and of its children."""
    above = select(Customer.id, Customer.parent_id).where(Customer.id == customer_id).cte("above", recursive=True)
    parent = aliased(Customer)
    above = above.union(select(parent.id, parent.parent_id).join(above, above.c.parent_id == parent.id))
    return select(above.c.id).union(select(Customer.id).where(Customer.parent_id == customer_id))
