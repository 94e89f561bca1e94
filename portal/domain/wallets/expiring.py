"""Credit that ends: which is due, and ending it by an entry of its own; never early, never twice.

Whether credit is due is judged by the row's own `expires_at` against the time handed in. In a frozen wallet nothing moves,
so credit that is past its day stays there until the wallet is opened again, and ends then.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.domain import audit, ledger, messages
from portal.domain.actors import Actor
from portal.domain.wallets.announcing import credits
from portal.model import CreditGrant, Customer, Wallet, WalletEntry


class Due(NamedTuple):
    """A grant whose time is over."""

    expires_at: datetime
    grant_id: UUID
    wallet_id: UUID


class Ahead(NamedTuple):
    """How much of a wallet ends at a moment."""

    at: datetime
    amount: int


def due(session: Session, now: datetime, *, limit: int, after: Due | None = None) -> list[Due]:
    """List grants with something left that ended by `now`, in open wallets, earliest first, from after `after`."""
    statement = (
        select(CreditGrant.expires_at, CreditGrant.id, CreditGrant.wallet_id)
        .join(Wallet, Wallet.id == CreditGrant.wallet_id)
        .where(CreditGrant.emptied_seq.is_(None), CreditGrant.expires_at <= now, Wallet.status == "open")
        .order_by(CreditGrant.expires_at, CreditGrant.id)
        .limit(limit)
    )
    if after is not None:
        same = (CreditGrant.expires_at == after.expires_at) & (CreditGrant.id > after.grant_id)
        statement = statement.where(or_(CreditGrant.expires_at > after.expires_at, same))
    return [Due(*row) for row in session.execute(statement)]


def end(session: Session, wallet_id: UUID, grants: list[Due], *, now: datetime, by: Actor) -> list[WalletEntry]:
    """End credit of one wallet, an entry each, recorded and told in one letter; give the entries.

    What somebody else has ended is passed over, and all of it when the wallet was frozen or closed meanwhile.
    """
    wallet = session.get_one(Wallet, wallet_id)
    ended: list[tuple[Due, WalletEntry]] = []
    for grant in grants:
        try:
            entry = ledger.expire(session, grant.grant_id, at=now, by=by)
        except (ledger.WalletFrozen, ledger.WalletClosed):
            break
        if entry is not None:
            _record(session, wallet, grant, entry, by)
            ended.append((grant, entry))
    if ended:
        _tell(session, wallet, ended)
    return [entry for _, entry in ended]


def ahead(session: Session, wallet: Wallet, *, until: datetime, limit: int = 6) -> list[Ahead]:
    """List what of a wallet ends by `until`, the past included where it is frozen, added up by moment, earliest first."""
    statement = (
        select(CreditGrant.expires_at, func.sum(CreditGrant.remaining))
        .where(CreditGrant.wallet_id == wallet.id, CreditGrant.emptied_seq.is_(None), CreditGrant.expires_at <= until)
        .group_by(CreditGrant.expires_at)
        .order_by(CreditGrant.expires_at)
        .limit(limit)
    )
    return [Ahead(at, int(amount)) for at, amount in session.execute(statement)]


def _record(session: Session, wallet: Wallet, grant: Due, entry: WalletEntry, by: Actor) -> None:
    audit.record_at_once(
        session,
        "wallet.credit_expired",
        by=by,
        customer_id=wallet.customer_id,
        subject=wallet,
        subject_name=wallet.name or wallet.currency,
        facts={
            "amount": entry.amount,
            "currency": wallet.currency,
            "before": entry.balance_before,
            "after": entry.balance_after,
            "reason": "expiry",
            "entry_id": entry.id,
            "grant_id": grant.grant_id,
            "expires_at": grant.expires_at,
        },
    )


def _tell(session: Session, wallet: Wallet, ended: list[tuple[Due, WalletEntry]]) -> None:
    (first, first_entry), (_, last_entry) = ended[0], ended[-1]
    try:
        messages.tell(
            session,
            session.get_one(Customer, wallet.customer_id),
            topic="wallet",
            letter="credit_expired",
            facts={
                "amount": first_entry.balance_before - last_entry.balance_after,
                "before": first_entry.balance_before,
                "after": last_entry.balance_after,
                "currency": wallet.currency,
                "credits": credits(session, [(grant.grant_id, -entry.amount, grant.expires_at) for grant, entry in ended]),
                "ends_at": first.expires_at.isoformat(),
            },
            links={"open_wallet": {"purpose": "sign_in", "target": f"/account/wallets/{wallet.id}"}},
            key=f"credit-expired:{first_entry.id}",
        )
    except messages.NoSender:
        return  # credit ends whether or not anybody can be written to
