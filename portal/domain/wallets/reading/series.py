"""The balance over time, from the latest entries."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.model import Wallet, WalletEntry
from portal.values import clock

POINTS = 150

_STEPS = select(WalletEntry.posted_at, WalletEntry.balance_after, WalletEntry.amount)


class Series(NamedTuple):
    """The balance over time: (moment, minor units) after each of the latest entries, from `since` until now.

    `highest` is the greatest of them and `highest_at` when it was first reached; `whole` when all entries are in it.
    """

    points: list[tuple[datetime, int]]
    highest: int
    highest_at: datetime
    whole: bool


def series(session: Session, wallet: Wallet, *, points: int = POINTS) -> Series | None:
    """Read the balance after each of the latest entries, at most `points`; None when there is none."""
    statement = _STEPS.where(WalletEntry.wallet_id == wallet.id).order_by(WalletEntry.seq.desc()).limit(points)
    steps = list(session.execute(statement))[::-1]
    if not steps:
        return None
    highest = max(steps, key=lambda step: step.balance_after)
    walked = [(step.posted_at, step.balance_after) for step in steps]
    walked.append((max(clock.now(), steps[-1].posted_at), steps[-1].balance_after))
    return Series(walked, highest.balance_after, highest.posted_at, whole=wallet.seq <= points)
