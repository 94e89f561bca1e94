"""Pages of a wallet's entries, the newest first, found by their numbers, which have no gaps."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from portal.domain.wallets.reading.filters import EntryFilters
from portal.model import JournalEntry, Wallet, WalletEntry

PAGE = 25
WINDOW = 20_000
"""How many entries one page of a narrowed ledger looks through at most: a match in 100,000 costs no more than one in 20,000."""

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
    JournalEntry.approver_name,
    JournalEntry.origin,
).join(JournalEntry, JournalEntry.id == WalletEntry.journal_entry_id)


class EntryPage(NamedTuple):
    """Entries, newest first, with the journal's columns in each row.

    `older` is the `before` of the page after it. `newer` is the `before` of the page in front of it, and where filters
    narrow, its `after`. `looked` are the lowest and the highest number that a narrowed page looked through, None where
    nothing narrows.
    """

    rows: list[Row]
    total: int
    older: int | None
    newer: int | None
    newest: bool
    looked: tuple[int, int] | None = None


def entries(
    session: Session,
    wallet: Wallet,
    filters: EntryFilters | None = None,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int = PAGE,
    window: int = WINDOW,
) -> EntryPage:
    """Read a page of entries whose number is below `before` (or, narrowed, right above `after`), the newest first.

    Numbers have no gaps, so where a page begins and how many there are is known without counting. A narrowed page looks
    through `window` entries at most; where that was not enough, `older` and `newer` lead on.
    """
    if filters:
        return _narrowed(session, wallet, filters, before, after, limit, window)
    total = wallet.seq
    top = total + 1 if before is None else max(min(before, total + 1), 1)
    rows = list(session.execute(_of(wallet).where(WalletEntry.seq < top).order_by(WalletEntry.seq.desc()).limit(limit)))
    older = rows[-1].seq if rows and rows[-1].seq > 1 else None
    newer = min(top + limit, total + 1) if top <= total else None
    return EntryPage(rows, total, older, newer, newest=top > total)


def _narrowed(
    session: Session, wallet: Wallet, filters: EntryFilters, before: int | None, after: int | None, limit: int, window: int
) -> EntryPage:
    """Look through some entries, downwards from `before` or upwards from `after`, until the page is full."""
    lowest, highest = _reach(session, wallet, filters.since, filters.until)
    if upwards := after is not None:
        floor = max(min(after, highest) + 1, lowest)
        ceiling = min(highest, floor + window - 1)
    else:
        ceiling = min(highest, before - 1) if before is not None else highest
        floor = max(lowest, ceiling - window + 1)
    its_own = JournalEntry.customer_id == wallet.customer_id  # says nothing new, and lets an index of the journal be used
    statement = _of(wallet).where(WalletEntry.seq.between(floor, ceiling), its_own, *filters.conditions())
    ordered = statement.order_by(WalletEntry.seq.asc() if upwards else WalletEntry.seq.desc())
    found = list(session.execute(ordered.limit(limit + 1))) if floor <= ceiling else []
    rows, more = found[:limit], len(found) > limit
    if upwards:
        rows.reverse()
        ceiling = rows[0].seq if more else ceiling
        older = floor if floor > lowest else None
        newest = not more and ceiling == highest
    else:
        floor = rows[-1].seq if more else floor
        older = floor if floor > lowest else None
        newest = ceiling == highest
    return EntryPage(rows, wallet.seq, older, None if newest else ceiling, newest, (floor, ceiling))


def _of(wallet: Wallet) -> Select:
    return _ENTRIES.where(WalletEntry.wallet_id == wallet.id)


def _reach(session: Session, wallet: Wallet, since: datetime | None, until: datetime | None) -> tuple[int, int]:
    """Give the lowest and the highest number within a time, (1, 0) where nothing is: times never go back within a wallet."""
    numbers = select(WalletEntry.seq).where(WalletEntry.wallet_id == wallet.id)
    at, number = WalletEntry.posted_at, WalletEntry.seq
    lowest, highest = 1, wallet.seq
    if since is not None:
        lowest = session.scalar(numbers.where(at >= since).order_by(at, number).limit(1))
    if until is not None:
        highest = session.scalar(numbers.where(at < until).order_by(at.desc(), number.desc()).limit(1))
    return (lowest, highest) if lowest is not None and highest is not None else (1, 0)
