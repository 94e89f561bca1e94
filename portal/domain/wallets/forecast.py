"""When a balance will run out, where the use of it is even enough to say so; else silence.

Use is even enough when, at every moment of the window, the share that was used by then is within `EVEN` of the share of
the window that had passed: use that comes in bursts, grows, dwindles or has stopped strays further. The same figure is
the margin of what is said: a range, never a day, and never further ahead than `AHEAD` times as far as was looked back.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import case, exists, select
from sqlalchemy.orm import Session, aliased

from portal.domain.ledger.statements import IN_SPENDING_ORDER
from portal.model import CreditGrant, JournalEntry, Wallet, WalletEntry

WINDOWS = tuple(timedelta(days=days) for days in (90, 180, 365))
SHORTEST = timedelta(days=14)
AHEAD = 4
HORIZON = timedelta(days=365)
FEWEST_SPENDS = 6
FEWEST_DAYS = 5
EVEN = 0.2
LEAST_MARGIN = 0.05
LATEST = 400
GRANTS = 50
USE = ("service_delivered", "invoice_settlement")


class Entry(NamedTuple):
    """When an entry was posted, and how much of the credit it used (minor units; 0 where it is no use of it)."""

    at: datetime
    used: int


class Left(NamedTuple):
    """What is left of a grant, and when it ends."""

    remaining: int
    expires_at: datetime | None


class RunOut(NamedTuple):
    """Between when and when a balance runs out, and what that rests on: `spends` that used `used` since `since`.

    `unspent` says that some of it ends before it would be used.
    """

    early: datetime
    late: datetime
    since: datetime
    days: int
    spends: int
    used: int
    unspent: bool


def run_out(entries: Sequence[Entry], balance: int, grants: Sequence[Left], now: datetime) -> RunOut | None:
    """Say between when and when the balance will run out; None where that cannot be said.

    `entries` are the latest ones, in any order; `grants` what the balance is made of, in spending order: what they do not
    cover is credit without an end that is spent last. The first window that holds enough spends is judged.
    """
    known = [entry for entry in entries if entry.at <= now]
    if balance <= 0 or not known:
        return None
    oldest = min(entry.at for entry in known)
    for window in WINDOWS:
        since = max(now - window, oldest)
        spends = sorted(entry for entry in known if entry.used > 0 and entry.at > since)
        if len(spends) >= FEWEST_SPENDS and len({entry.at.astimezone(UTC).date() for entry in spends}) >= FEWEST_DAYS:
            return _judged(spends, since, balance, grants, now)
    return None


def of_wallet(session: Session, wallet: Wallet, *, now: datetime) -> RunOut | None:
    """Say when a wallet's balance will run out, from its latest entries; None for one that is not open."""
    if wallet.status != "open" or wallet.balance <= 0:
        return None
    undone = aliased(JournalEntry)
    used = case(
        (
            JournalEntry.reason.in_(USE) & (WalletEntry.amount < 0) & ~exists().where(undone.reverses_id == JournalEntry.id),
            -WalletEntry.amount,
        ),
        else_=0,
    )
    entries = session.execute(
        select(WalletEntry.posted_at, used)
        .join(JournalEntry, JournalEntry.id == WalletEntry.journal_entry_id)
        .where(WalletEntry.wallet_id == wallet.id)
        .order_by(WalletEntry.seq.desc())
        .limit(LATEST)
    )
    grants = session.execute(
        select(CreditGrant.remaining, CreditGrant.expires_at)
        .where(CreditGrant.wallet_id == wallet.id, CreditGrant.emptied_seq.is_(None))
        .order_by(*IN_SPENDING_ORDER)
        .limit(GRANTS)
    )
    return run_out([Entry(*entry) for entry in entries], wallet.balance, [Left(*grant) for grant in grants], now)


def _judged(spends: list[Entry], since: datetime, balance: int, grants: Sequence[Left], now: datetime) -> RunOut | None:
    passed = now - since
    if passed < SHORTEST:
        return None
    used = sum(entry.used for entry in spends)
    margin = max(_stray(spends, since, passed, used), LEAST_MARGIN)
    if margin > EVEN:
        return None
    rate = used / passed.total_seconds()
    pieces = _pieces(balance, grants, now)
    quick, unspent = _lasts(pieces, rate * (1 + margin))
    slow, _ = _lasts(pieces, rate * (1 - margin))
    if slow > min(AHEAD * passed, HORIZON).total_seconds():
        return None
    days = round(passed / timedelta(days=1))
    return RunOut(now + timedelta(seconds=quick), now + timedelta(seconds=slow), since, days, len(spends), used, unspent)


def _stray(spends: list[Entry], since: datetime, passed: timedelta, used: int) -> float:
    """Measure how far use strays from an even one: the greatest difference of the two shares, 0 to 1."""
    furthest, so_far = 0.0, 0
    for entry in spends:
        elapsed = (entry.at - since) / passed
        before, so_far = so_far, so_far + entry.used
        furthest = max(furthest, abs(before / used - elapsed), abs(so_far / used - elapsed))
    return furthest


def _pieces(balance: int, grants: Sequence[Left], now: datetime) -> list[tuple[int, float]]:
    """Give (minor units, seconds until it ends) in spending order."""
    pieces = [(left.remaining, (left.expires_at - now).total_seconds() if left.expires_at else float("inf")) for left in grants]
    rest = balance - sum(left.remaining for left in grants)
    return [*pieces, (rest, float("inf"))] if rest > 0 else pieces


def _lasts(pieces: list[tuple[int, float]], rate: float) -> tuple[float, bool]:
    """Spend the pieces at a rate (minor units a second): for how many seconds that lasts, and whether some of it ends unspent."""
    live: list[tuple[float, float]] = [piece for piece in pieces if piece[1] > 0]
    passed, lost = 0.0, len(live) < len(pieces)
    while live:
        left, _ = live[0]
        soonest = min(ends for _, ends in live)
        if passed + left / rate <= soonest:
            passed += left / rate
            live.pop(0)
            continue
        live[0] = (left - (soonest - passed) * rate, live[0][1])
        passed, lost = soonest, True
        live = [piece for piece in live if piece[1] > soonest]
    return passed, lost
