"""Finding a wallet, and what is in it, through what the actor may see."""

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.domain import reach
from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.kept import Kept
from portal.domain.loaded import loaded
from portal.model import CreditGrant, Wallet, WalletEntry

_wallet = Wallet.__table__.c
_FOUND = Kept(select(Wallet.__table__).where(_wallet.id == bindparam("wallet_id"), _wallet.customer_id == bindparam("customer_id")))


def of_customer(session: Session, customer_id: UUID) -> list[Wallet]:
    """List a customer's wallets, the main one first, then by currency."""
    return list(session.scalars(select(Wallet).where(Wallet.customer_id == customer_id).order_by(Wallet.is_main.desc(), Wallet.currency)))


def find(session: Session, actor: Actor, customer_id: UUID, wallet_id: UUID) -> Wallet:
    """Find a wallet of a customer that the actor may see.

    :raises NotFound: when there is none, or it is another customer's.
    """
    reach.demand(session, actor, customer_id)
    held = session.identity_map.get(session.identity_key(Wallet, wallet_id))
    if held is not None and held.customer_id == customer_id:
        return held
    row = _FOUND.first(session.connection(), {"wallet_id": wallet_id, "customer_id": customer_id})
    if row is None:
        raise NotFound
    return loaded(session, Wallet, row._asdict())


def find_entry(session: Session, actor: Actor, customer_id: UUID, wallet_id: UUID, entry_id: UUID) -> WalletEntry:
    """Find an entry of a wallet that the actor may see.

    :raises NotFound: when there is none, or it is another wallet's.
    """
    return _within(session, WalletEntry, find(session, actor, customer_id, wallet_id), entry_id)


def find_grant(session: Session, actor: Actor, customer_id: UUID, wallet_id: UUID, grant_id: UUID) -> CreditGrant:
    """Find a grant of a wallet that the actor may see.

    :raises NotFound: when there is none, or it is another wallet's.
    """
    return _within(session, CreditGrant, find(session, actor, customer_id, wallet_id), grant_id)


def _within(session: Session, model: type, wallet: Wallet, row_id: UUID):
    row = session.get(model, row_id)
    if row is None or row.wallet_id != wallet.id:
        raise NotFound
    return row
