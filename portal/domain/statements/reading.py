"""Reading a wallet's ledger over a period: the balance before, the entries in order, the balance after."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from portal.domain.wallets import history
from portal.model import JournalEntry, Statement, Wallet, WalletEntry
from portal.values import locales

PAGE = 25
_PIECE = 1000

_ENTRIES = (
    select(
        WalletEntry.id,
        WalletEntry.seq,
        WalletEntry.amount,
        WalletEntry.balance_after,
        (WalletEntry.balance_after - WalletEntry.amount).label("balance_before"),
        WalletEntry.posted_at,
        JournalEntry.reason,
        JournalEntry.customer_text,
        JournalEntry.reference,
        JournalEntry.reverses_id,
    )
    .join(JournalEntry, JournalEntry.id == WalletEntry.journal_entry_id)
    .where(
        WalletEntry.wallet_id == bindparam("wallet_id"),
        WalletEntry.seq > bindparam("after"),
        WalletEntry.seq <= bindparam("last"),
    )
    .order_by(WalletEntry.seq)
    .limit(bindparam("at_most"))
)


@dataclass(frozen=True)
class StatementView:
    """A wallet over a period: from `starts_at` up to, not including, `ends_at`; amounts in minor units.

    `before_seq` and `last_seq` number the last entry before the period and the last in it.
    """

    wallet: Wallet
    starts_at: datetime
    ends_at: datetime
    before_seq: int
    last_seq: int
    opening: int
    closing: int

    @property
    def count(self) -> int:
        return self.last_seq - self.before_seq


class Page(NamedTuple):
    """Entries of a period, the oldest first; `older` and `newer` are the `after` of the pages beside it, None where there is none."""

    rows: list[Row]
    older: int | None
    newer: int | None


def read(session: Session, wallet: Wallet, starts_at: datetime, ends_at: datetime) -> StatementView:
    """Read what a statement of a wallet over a period says."""
    before, last = (history.before(session, wallet, moment) for moment in (starts_at, ends_at))
    return StatementView(wallet, starts_at, ends_at, before.seq, last.seq, before.balance, last.balance)


def last_day(period) -> datetime:
    """Give a moment of the last day of a view or an issued statement, whose end is the first moment after it."""
    return period.ends_at - timedelta(microseconds=1)


def ends_within_day(statement: Statement) -> bool:
    """Tell whether a statement's period ended as it was issued, and not with a day."""
    zone = locales.zone(statement.time_zone)
    return last_day(statement).astimezone(zone).date() == statement.ends_at.astimezone(zone).date()


def page(session: Session, view, *, after: int | None = None, limit: int = PAGE) -> Page:
    """Read one page of the entries of a view or an issued statement, those numbered above `after`."""
    after = view.before_seq if after is None else min(max(after, view.before_seq), view.last_seq)
    rows = _piece(session, view.wallet.id, after, view.last_seq, limit)
    newer = rows[-1].seq if rows and rows[-1].seq < view.last_seq else None
    return Page(rows, max(after - limit, view.before_seq) if after > view.before_seq else None, newer)


def entries(session: Session, view) -> Iterator[Row]:
    """Go through all entries of a view or an issued statement in order; memory stays flat, however many there are."""
    after = view.before_seq
    while rows := _piece(session, view.wallet.id, after, view.last_seq, _PIECE):
        yield from rows
        after = rows[-1].seq


def _piece(session: Session, wallet_id, after: int, last: int, at_most: int) -> list[Row]:
    return list(session.execute(_ENTRIES, {"wallet_id": wallet_id, "after": after, "last": last, "at_most": at_most}))
