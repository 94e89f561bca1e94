"""Low balance: the amount below which the customer is told, and telling it, once for each fall.

`low_balance_told_at` is set when a fall is told, and cleared when the balance is at the amount again or above it; both by
conditional updates, so that any number of workers tell once. What rises and falls again between two looks is one fall.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import case, literal, select, update
from sqlalchemy.orm import Session

from portal.domain import audit, messages
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, Refusal
from portal.model import Customer, Wallet
from portal.model.base import UtcDateTime
from portal.values import clock, money

_FALLEN = (
    Wallet.low_balance.is_not(None),
    Wallet.low_balance_told_at.is_(None),
    Wallet.balance < Wallet.low_balance,
    Wallet.status != "closed",
)


class NeverReached(Refusal):
    """The balance does not go below this amount, so nobody would ever be told."""

    def __init__(self, wallet: Wallet):
        super().__init__(
            "The balance never goes below {floor}: an amount above that is needed.",
            field="low_balance",
            floor=money.Money(wallet.floor, wallet.currency),
        )


class BelowZero(Refusal):
    """What is below zero is told by itself."""

    def __init__(self):
        super().__init__("Write the amount without a minus: zero is the lowest.", field="low_balance")


class TooMuch(Refusal):
    """More than any wallet holds."""

    def __init__(self, currency: str):
        super().__init__("A wallet holds at most {most}.", field="low_balance", most=money.Money(money.MAX_MINOR, currency))


class NothingToWatch(Conflict):
    """A closed wallet has no balance that could fall."""

    sentence = "This wallet is closed: its balance cannot fall."


def set_threshold(session: Session, wallet: Wallet, threshold: int | None, *, by: Actor) -> Wallet:
    """Set below which balance (minor units) the customer is told; None tells nobody.

    Whoever sets one above the present balance sees that it is low: that fall counts as told, the next one is written.

    :raises NeverReached, BelowZero, TooMuch: for an amount that makes no sense here; NothingToWatch for a closed wallet.
    """
    if threshold is not None:
        _check(wallet, threshold)
    before = wallet.low_balance
    if threshold == before:
        return wallet
    seen = None if threshold is None else case((Wallet.balance < threshold, literal(clock.now(), UtcDateTime())))
    session.execute(
        update(Wallet)
        .where(Wallet.id == wallet.id)
        .values(low_balance=threshold, low_balance_told_at=seen)
        .execution_options(synchronize_session=False)
    )
    session.refresh(wallet)
    audit.record(
        session,
        "wallet.threshold_changed",
        by=by,
        customer_id=wallet.customer_id,
        subject=wallet,
        subject_name=wallet.name or wallet.currency,
        changes={"low_balance": tuple(_machine(amount, wallet.currency) for amount in (before, threshold))},
        facts={"currency": wallet.currency},
    )
    return wallet


def fallen(session: Session, *, limit: int, after: UUID | None = None) -> list[UUID]:
    """List wallets whose fall has not been told, by id, from after `after`."""
    statement = select(Wallet.id).where(*_FALLEN).order_by(Wallet.id).limit(limit)
    return list(session.scalars(statement if after is None else statement.where(Wallet.id > after)))


def tell(session: Session, wallet_id: UUID, *, now: datetime) -> bool:
    """Tell those who get wallet activity that a balance fell; False when it is told already, or has risen meanwhile."""
    fall = session.execute(
        update(Wallet)
        .where(Wallet.id == wallet_id, *_FALLEN)
        .values(low_balance_told_at=now)
        .returning(Wallet.customer_id, Wallet.currency, Wallet.balance, Wallet.low_balance, Wallet.seq)
        .execution_options(synchronize_session=False)
    ).first()
    if fall is None:
        return False
    messages.tell(
        session,
        session.get_one(Customer, fall.customer_id),
        topic="wallet",
        letter="low_balance",
        facts={"balance": fall.balance, "threshold": fall.low_balance, "currency": fall.currency},
        links={"open_wallet": {"purpose": "sign_in", "target": f"/account/wallets/{wallet_id}"}},
        key=f"low-balance:{wallet_id}:{fall.seq}",
    )
    return True


def clear(session: Session) -> int:
    """Make the next fall worth telling again, where a balance has risen; say for how many wallets."""
    risen = update(Wallet).where(Wallet.low_balance_told_at.is_not(None), Wallet.balance >= Wallet.low_balance)
    return session.execute(risen.values(low_balance_told_at=None).execution_options(synchronize_session=False)).rowcount


def has_risen(session: Session) -> bool:
    """Tell whether `clear` would find any."""
    return (
        session.scalar(select(Wallet.id).where(Wallet.low_balance_told_at.is_not(None), Wallet.balance >= Wallet.low_balance).limit(1))
        is not None
    )


def _check(wallet: Wallet, threshold: int) -> None:
    if wallet.status == "closed":
        raise NothingToWatch
    if threshold > money.MAX_MINOR:
        raise TooMuch(wallet.currency)
    if threshold < 0:
        raise BelowZero
    if threshold <= wallet.floor:
        raise NeverReached(wallet)


def _machine(minor: int | None, currency: str) -> str | None:
    return None if minor is None else money.machine_amount(minor, currency)
