"""Reading a wallet's ledger: pages of entries, and the balance over time. Nothing here sums over the history."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.model import JournalEntry, Wallet, WalletEntry
from portal.values import clock

PAGE = 25
POINTS = 150

_ENTRIES = select(
    WalletEntry.id,
    WalletEntry.seq,
    WalletEntry.amount,
    WalletEntry.balance_after,
    (WalletEntry.balance_after - WalletEntry.amount).label("balance_before"),
    WalletEntry.posted_at,
    JournalEntry.reason,
    JournalEntry.note,
    JournalEntry.customer_text,
    JournalEntry.reference,
    JournalEntry.actor_kind,
    JournalEntry.actor_name,
    JournalEntry.origin,
).join(JournalEntry, JournalEntry.id == WalletEntry.journal_entry_id)

_STEPS = select(WalletEntry.posted_at, WalletEntry.balance_after, WalletEntry.amount)


class EntryPage(NamedTuple):
    """Entries, newest first, with the journal's columns in each row; `older` and `newer` are the `before` of the pages beside it."""

    rows: list[Row]
    total: int
    older: int | None
    newer: int | None
    newest: bool


class Series(NamedTuple):
    """The balance over time: (moment, minor units) after each of the latest entries, from `since` until now.

    `highest` is the greatest of them and `highest_at` when it was first reached; `whole` when all entries are in it.
    """

    points: list[tuple[datetime, int]]
    highest: int
    highest_at: datetime
    whole: bool


def entries(session: Session, wallet: Wallet, *, before: int | None = None, limit: int = PAGE) -> EntryPage:
    """Read a page of entries whose number is below `before`, the newest first.

    Numbers have no gaps, so where a page begins and how many there are is known without counting.
    """
    total = wallet.seq
    top = total + 1 if before is None else max(min(before, total + 1), 1)
    rows = list(
        session.execute(
            _ENTRIES.where(WalletEntry.wallet_id == wallet.id, WalletEntry.seq < top).order_by(WalletEntry.seq.desc()).limit(limit)
        )
    )
    older = rows[-1].seq if rows and rows[-1].seq > 1 else None
    newer = min(top + limit, total + 1) if top <= total else None
    return EntryPage(rows, total, older, newer, newest=top > total)


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
