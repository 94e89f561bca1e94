"""Reversing an entry: its exact negative, once; of a transfer, every side of it."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.errors import NotFound, Refusal
from portal.domain.ledger import chain, givebacks, grants, posting, rows, statements
from portal.domain.ledger.refusals import (
    AlreadyReversed,
    CreditSpent,
    ExpiryStands,
    InsufficientBalance,
    OtherWalletStill,
    ReversalOfReversal,
)
from portal.model import WalletEntry
from portal.values import ids

REASON = "reversal"


class Side(NamedTuple):
    """A reversal, and what it undoes."""

    entry: WalletEntry
    of: Row


@dataclass(frozen=True)
class Reversal:
    """What reversing posted: the entry's own reversal, and every side (more than one of a transfer) in the order of posting.

    A replay has no sides: they were told of before.
    """

    entry: WalletEntry
    sides: list[Side]
    replayed: bool


def reverse(
    session: Session,
    wallet_id: UUID,
    entry_id: UUID,
    *,
    key_scope: str,
    key: str,
    note: str = "",
    customer_text: str = "",
    approved_by: Actor | None = None,
    by: Actor,
) -> Reversal:
    """Post the exact negative of an entry of a wallet, against the same account.

    A spend is given back to the grants that paid it; added credit takes first what is left of its own grant, the rest in
    spending order. A transfer is reversed on every side, or not at all.

    :raises ReversalOfReversal, AlreadyReversed, ExpiryStands, CreditSpent, OtherWalletStill: and what `post` refuses.
    """
    asked = chain.request_digest(act=REASON, wallet_id=wallet_id, entry_id=entry_id, note=note, customer_text=customer_text)
    sides: list[Side] = []

    def work() -> WalletEntry:
        with session.begin_nested():  # of several sides all are posted, or none
            legs = held_legs(session, wallet_id, entry_id)
            transfer_id = ids.new_id() if len(legs) > 1 else None
            for number, leg in enumerate(in_posting_order(legs)):
                act = rows.Act(
                    wallet_id=leg.wallet_id,
                    amount=-leg.amount,
                    reason=REASON,
                    account=leg.account,
                    key_scope=key_scope,
                    key=key if leg.id == entry_id else f"{key}:{number}",
                    note=note,
                    customer_text=customer_text,
                    reverses_id=leg.journal_entry_id,
                    transfer_id=transfer_id,
                    approved_by=approved_by,
                    asked=asked,
                    by=by,
                )
                sides.append(Side(_post_leg(session, act, leg, own=leg.wallet_id == wallet_id), leg))
        return next(side.entry for side in sides if side.of.id == entry_id)

    entry, replayed = posting.once(session, key_scope, key, asked, work)
    return Reversal(entry, [] if replayed else sides, replayed)


def held_legs(session: Session, wallet_id: UUID, entry_id: UUID) -> list[Row]:
    """Hold the wallets of an entry, of a transfer all that it touched, and give the legs that are to be reversed.

    :raises NotFound: when the wallet has no such entry.
    """
    legs = legs_of(session.connection(), wallet_id, entry_id)
    posting.hold(session, *{leg.wallet_id for leg in legs})
    for leg in legs:
        if session.connection().execute(statements.REVERSED_BY, {"journal_entry_id": leg.journal_entry_id}).first() is not None:
            raise AlreadyReversed
    return legs


def legs_of(connection: Connection, wallet_id: UUID, entry_id: UUID) -> list[Row]:
    """Find the entry, with the other sides where it is a transfer's.

    :raises NotFound, ReversalOfReversal, ExpiryStands: for what cannot be reversed, whatever the wallet holds.
    """
    leg = connection.execute(statements.LEG_OF_ENTRY, {"entry_id": entry_id}).first()
    if leg is None or leg.wallet_id != wallet_id:
        raise NotFound
    if leg.reverses_id is not None:
        raise ReversalOfReversal
    if leg.reason == "expiry":
        raise ExpiryStands
    if leg.transfer_id is None:
        return [leg]
    return list(connection.execute(statements.LEGS_OF_TRANSFER, {"transfer_id": leg.transfer_id}))


def in_posting_order(legs: list[Row]) -> list[Row]:
    """Put what may be refused first."""
    return sorted(legs, key=lambda leg: -leg.amount)


def _post_leg(session: Session, act: rows.Act, leg: Row, *, own: bool) -> WalletEntry:
    connection = session.connection()
    if leg.amount < 0:
        way = givebacks.back_to(leg.id, revoked=leg.reason == "revocation")
    else:
        grant = connection.execute(statements.GRANT_OF, {"entry_id": leg.id}).one()
        way = grants.from_one(grant.id, grant.remaining, "reversed")
    try:
        return posting.write(session, act, way)
    except InsufficientBalance as refusal:
        if own:
            raise spent(refusal, grant) from refusal
        raise OtherWalletStill(refusal) from refusal
    except Refusal as refusal:
        if own:
            raise
        raise OtherWalletStill(refusal) from refusal


def spent(refusal: InsufficientBalance, grant: Row) -> CreditSpent:
    """Say of a refused reversal how much of the credit is spent."""
    return CreditSpent(amount=grant.amount, left=grant.remaining, balance=refusal.balance, floor=refusal.floor, currency=refusal.currency)
