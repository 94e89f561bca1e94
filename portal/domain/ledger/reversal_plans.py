"""What a reversal would do, in figures, before anybody asks for it."""

from dataclasses import dataclass, replace
from types import SimpleNamespace
from uuid import UUID

from sqlalchemy import Connection, Row
from sqlalchemy.orm import Session

from portal.domain.errors import Refusal
from portal.domain.ledger import givebacks, statements
from portal.domain.ledger.posting import refusal_of
from portal.domain.ledger.refusals import AlreadyReversed, ExpiryStands, InsufficientBalance, OtherWalletStill, ReversalOfReversal
from portal.domain.ledger.reversing import in_posting_order, legs_of, spent
from portal.values import clock


@dataclass(frozen=True, kw_only=True)
class ReversalPlan:
    """What reversing an entry would do to a wallet, in minor units; `refusal` says why it cannot be, None where it can.

    `before` is the balance now, `after` that when all is done: of a transfer that came in several entries all go back.

    Of added credit: `left` is what is left of its own grant and goes first, `from_others` what other grants give,
    `overdrawn` what no grant covers. Of spent credit: `given_back` returns to the grants that paid it, `ended` of it to
    grants whose day is over (it expires again at once), `owed` is what still makes good a balance below zero. `others` are
    the plans of a transfer's other sides.
    """

    wallet_id: UUID
    currency: str
    amount: int
    before: int
    after: int
    left: int = 0
    from_others: int = 0
    overdrawn: int = 0
    given_back: int = 0
    ended: int = 0
    owed: int = 0
    others: "tuple[ReversalPlan, ...]" = ()
    refusal: Refusal | None = None


def reversal_plan(session: Session, wallet_id: UUID, entry_id: UUID) -> ReversalPlan:
    """Plan the reversal of an entry as `reverse` would do it now.

    :raises NotFound: when the wallet has no such entry.
    """
    connection = session.connection()
    leg = connection.execute(statements.LEG_OF_ENTRY, {"entry_id": entry_id}).first()
    try:
        legs = legs_of(connection, wallet_id, entry_id)
    except (ReversalOfReversal, ExpiryStands) as refusal:  # it made no grant whose rest could be told
        held = connection.execute(statements.LOOK, {"wallet_ids": [wallet_id]}).one()
        known = {"currency": held.currency, "before": held.balance, "after": held.balance - leg.amount}
        return ReversalPlan(wallet_id=wallet_id, amount=-leg.amount, refusal=refusal, **known)
    standing = {row.id: row for row in connection.execute(statements.LOOK, {"wallet_ids": [leg.wallet_id for leg in legs]})}
    now = {wallet_id: row.balance for wallet_id, row in standing.items()}
    plans = {}
    for one in in_posting_order(legs):
        plans[one.id] = _of_leg(connection, one, standing[one.wallet_id], now[one.wallet_id])
        now[one.wallet_id] -= one.amount
    plans = {one: replace(plan, before=standing[plan.wallet_id].balance, after=now[plan.wallet_id]) for one, plan in plans.items()}
    own = plans.pop(entry_id)
    others = tuple(plans.values())
    if connection.execute(statements.REVERSED_BY, {"journal_entry_id": leg.journal_entry_id}).first() is not None:
        refusal = AlreadyReversed()
    else:
        refusal = own.refusal or next((_elsewhere(own, plan) for plan in others if plan.refusal), None)
    return replace(own, others=others, refusal=refusal)


def _elsewhere(own: ReversalPlan, plan: ReversalPlan) -> Refusal:
    return plan.refusal if plan.wallet_id == own.wallet_id else OtherWalletStill(plan.refusal)


def _of_leg(connection: Connection, leg: Row, wallet: Row, balance: int) -> ReversalPlan:
    known = {
        "wallet_id": leg.wallet_id,
        "currency": wallet.currency,
        "amount": -leg.amount,
        "before": balance,
        "after": balance - leg.amount,
    }
    refusal = refusal_of(SimpleNamespace(**wallet._asdict() | {"balance": balance}), -leg.amount)
    if leg.amount < 0:
        uses, giveback = givebacks.of(connection, leg.wallet_id, leg.id, amount=-leg.amount, before=balance)
        now = clock.now()
        return ReversalPlan(
            **known,
            given_back=-sum(move.amount for move in giveback.moves) - giveback.owed,
            ended=sum(use.amount for use in uses if use.expires_at is not None and use.expires_at <= now),
            owed=min(-leg.amount, max(-balance, 0)),
            refusal=refusal,
        )
    grant = connection.execute(statements.GRANT_OF, {"entry_id": leg.id}).one()
    if isinstance(refusal, InsufficientBalance):
        refusal = spent(refusal, grant)
    covered = min(leg.amount, max(balance, 0))
    left = min(grant.remaining, covered)
    return ReversalPlan(**known, left=left, from_others=covered - left, overdrawn=leg.amount - covered, refusal=refusal)
