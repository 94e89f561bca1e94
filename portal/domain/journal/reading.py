"""Pages of a customer's journal entries, the newest first, with totals that balance."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Row, Uuid, literal, select, tuple_
from sqlalchemy.orm import Session

from portal.model import JournalEntry, JournalLine, WalletEntry
from portal.model.base import UtcDateTime

PAGE = 25

_ENTRIES = select(
    JournalEntry.id,
    JournalEntry.posted_at,
    JournalEntry.reason,
    JournalEntry.customer_text,
    JournalEntry.reference,
    JournalEntry.actor_name,
    JournalEntry.reverses_id,
    WalletEntry.id.label("entry_id"),
    WalletEntry.wallet_id,
).outerjoin(WalletEntry, WalletEntry.journal_entry_id == JournalEntry.id)


class Total(NamedTuple):
    """Debits and credits in one currency, minor units; the two are equal in books that balance."""

    currency: str
    debit: int
    credit: int


@dataclass(frozen=True)
class Posted:
    """A journal entry: a row of (id, posted_at, reason, customer_text, reference, actor_name, reverses_id, entry_id, wallet_id),
    and its lines, debits first."""

    entry: Row
    lines: list[JournalLine]


@dataclass(frozen=True)
class JournalPage:
    """Journal entries, the newest first; `totals` are those of this page, by currency. `older` is the `before` of the next page."""

    posted: list[Posted]
    totals: list[Total]
    older: UUID | None
    newest: bool


def page(
    session: Session,
    customer_id: UUID,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    before: UUID | None = None,
    limit: int = PAGE,
) -> JournalPage:
    """Read a page of what was posted for a customer from `since` on and before `until`, older than the journal entry `before`."""
    statement = _ENTRIES.where(JournalEntry.customer_id == customer_id)
    if since is not None:
        statement = statement.where(JournalEntry.posted_at >= since)
    if until is not None:
        statement = statement.where(JournalEntry.posted_at < until)
    at = _posted_at(session, customer_id, before) if before is not None else None
    if at is not None:
        key = tuple_(literal(at, UtcDateTime()), literal(before, Uuid()))
        statement = statement.where(tuple_(JournalEntry.posted_at, JournalEntry.id) < key)
    found = session.execute(statement.order_by(JournalEntry.posted_at.desc(), JournalEntry.id.desc()).limit(limit + 1)).all()
    lines = _lines(session, [row.id for row in found[:limit]])
    posted = [Posted(row, lines[row.id]) for row in found[:limit]]
    return JournalPage(posted, _totals(posted), found[limit - 1].id if len(found) > limit else None, newest=at is None)


def _posted_at(session: Session, customer_id: UUID, journal_entry_id: UUID) -> datetime | None:
    return session.scalar(
        select(JournalEntry.posted_at).where(JournalEntry.id == journal_entry_id, JournalEntry.customer_id == customer_id)
    )


def _lines(session: Session, journal_entry_ids: list[UUID]) -> dict[UUID, list[JournalLine]]:
    """Read the lines of journal entries, debits first."""
    found: dict[UUID, list[JournalLine]] = defaultdict(list)
    statement = select(JournalLine).where(JournalLine.journal_entry_id.in_(journal_entry_ids))
    for line in session.scalars(statement.order_by(JournalLine.debit == 0, JournalLine.account, JournalLine.id)):
        found[line.journal_entry_id].append(line)
    return found


def _totals(posted: list[Posted]) -> list[Total]:
    debits: dict[str, int] = defaultdict(int)
    credits: dict[str, int] = defaultdict(int)
    for line in (line for one in posted for line in one.lines):
        debits[line.currency] += line.debit
        credits[line.currency] += line.credit
    return [Total(currency, debits[currency], credits[currency]) for currency in sorted(debits)]
