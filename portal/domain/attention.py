"""What at a customer needs one of its people: only what is so, in the order of urgency."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain import communications
from portal.model import Contact, CreditGrant, Customer, Wallet
from portal.values import clock

SOON = timedelta(days=30)
AT_MOST = 5


@dataclass(frozen=True)
class Matter:
    """One thing to look at: `kind` is frozen, below_zero, low, ending, bounced, complained or unread, with the facts that it speaks of."""

    kind: str
    wallet_id: UUID | None = None
    currency: str = ""
    amount: int = 0
    at: datetime | None = None
    name: str = ""
    contact_id: UUID | None = None
    why: tuple[str, ...] = ()
    """Of what nobody reads: of each contact why not, in sentences."""


def matters(session: Session, customer_id: UUID, wallets: list[Wallet]) -> list[Matter]:
    """List what needs attention at a customer with these wallets; at most AT_MOST of each kind."""
    return [*_of_wallets(wallets), *_ending(session, wallets), *of_mail(session, session.get_one(Customer, customer_id))]


def of_mail(session: Session, customer: Customer) -> list[Matter]:
    """List what needs attention of a customer's mail: what of billing nobody gets, and whose comes back."""
    return [*_unread(session, customer), *_bounced(session, customer.id)]


def _of_wallets(wallets: list[Wallet]) -> list[Matter]:
    found = []
    for wallet in wallets:
        facts = {"wallet_id": wallet.id, "currency": wallet.currency, "name": wallet.name}
        if wallet.status == "frozen":
            found.append(Matter("frozen", **facts))
        elif wallet.balance < 0:
            found.append(Matter("below_zero", amount=wallet.balance, **facts))
        elif wallet.low_balance is not None and wallet.balance < wallet.low_balance:
            found.append(Matter("low", amount=wallet.low_balance, **facts))
    return found[:AT_MOST]


def _ending(session: Session, wallets: list[Wallet]) -> list[Matter]:
    """Credit that ends soon, added up by wallet and day."""
    by_id = {wallet.id: wallet for wallet in wallets}
    now = clock.now()
    ending = session.execute(
        select(CreditGrant.wallet_id, CreditGrant.expires_at, func.sum(CreditGrant.remaining))
        .where(
            CreditGrant.wallet_id.in_(by_id),
            CreditGrant.emptied_seq.is_(None),
            CreditGrant.expires_at > now,
            CreditGrant.expires_at <= now + SOON,
        )
        .group_by(CreditGrant.wallet_id, CreditGrant.expires_at)
        .order_by(CreditGrant.expires_at)
        .limit(AT_MOST)
    )
    return [Matter("ending", wallet_id, by_id[wallet_id].currency, int(left), at) for wallet_id, at, left in ending]


def _bounced(session: Session, customer_id: UUID) -> list[Matter]:
    contacts = session.scalars(
        select(Contact)
        .where(Contact.customer_id == customer_id, Contact.removed_at.is_(None), Contact.bounce_state != "none")
        .order_by(Contact.is_primary.desc(), Contact.id)
        .limit(AT_MOST)
    )
    return [Matter("complained" if one.bounce_state == "complained" else "bounced", name=one.name, contact_id=one.id) for one in contacts]


def _unread(session: Session, customer: Customer) -> list[Matter]:
    """Billing mail that reaches nobody, as when the last reader's address is dead and nobody is there to take over."""
    found = communications.silence(session, customer)
    return [Matter("unread", name=found.words, why=found.why)] if found is not None else []
