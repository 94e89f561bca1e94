"""The chain over all acts: each event of the record is linked to the one before it, so that none can be changed or taken out unseen.

Events are written by many at once and are not chained when they are written: then every act would wait for every other.
Moments later one writer links what is committed, by time and id. An event whose transaction commits only after younger
ones were linked takes the next place; the order of the chain is the order of linking, and `at` stays the time of the act.

What the chain cannot show is that its end was cut off, links and events together. Whoever keeps the number and the hash of
the last link elsewhere, as `portal doctor audit` prints them, can see that too.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Result, Row, Select, func, insert, select, text
from sqlalchemy.orm import Session

from portal.domain.ledger.chain import moment
from portal.model import AuditEvent, AuditLink
from portal.values import clock

FIRST_PREV_HASH = bytes(32)
COLUMNS = (
    *("id", "at", "action", "customer_id", "subject_kind", "subject_id", "subject_name", "changes", "facts"),
    *("actor_kind", "actor_user_id", "actor_name", "on_behalf_of", "origin", "ip", "device", "request_id"),
)
"""What the hash is over. A column that comes later needs a new version beside it, for the old links were made without."""
LOOK_BACK = timedelta(minutes=15)
OVERDUE = timedelta(minutes=10)
_VERSION = "portal-audit-1"
_LOCK = 0x706F7274_616C3132  # a number of our own among PostgreSQL's advisory locks
_PIECE = 1000

_event = AuditEvent.__table__
_link = AuditLink.__table__
_values = [_event.c[name] for name in COLUMNS]


@dataclass(frozen=True)
class Fault:
    """The first place where the record does not fit its chain, in words; `event_id` where one event is known to be it."""

    sentence: str
    seq: int
    event_id: UUID | None = None


@dataclass(frozen=True)
class Report:
    """What a check found: how many links fit, the hash of the last of them, the first fault, and events that wait too long."""

    links: int
    head: bytes
    fault: Fault | None = None
    overdue: int = 0
    first_overdue: UUID | None = None

    @property
    def whole(self) -> bool:
        return self.fault is None and not self.overdue


def canonical(event: Row) -> str:
    """Write an event for its hash: JSON with sorted names and no spaces, ids with hyphens, times in UTC with microseconds."""
    values = {name: getattr(event, name) for name in COLUMNS}
    plain = {name: moment(value) if isinstance(value, datetime) else value for name, value in values.items()}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def event_hash(seq: int, prev_hash: bytes, event: Row) -> bytes:
    """Give the SHA-256 of a link: over "portal-audit-1", seq, 64 hexadecimal digits of the hash before, and the event, in lines."""
    return sha256(f"{_VERSION}\n{seq}\n{prev_hash.hex()}\n{canonical(event)}".encode()).digest()


def waiting(session: Session, *, whole: bool = False) -> bool:
    """Tell whether there are events to link; without `whole` only among those of late, which is quick."""
    return session.execute(_unlinked(session, whole).limit(1)).first() is not None


def link(session: Session, limit: int = _PIECE, *, whole: bool = False) -> int:
    """Link events that are committed and in no link yet, the oldest first; give how many.

    There is one writer at a time: on PostgreSQL whoever holds an advisory lock, and another one does nothing; on SQLite
    whoever writes. Only events from LOOK_BACK before the last linked one are looked at; with `whole` all are, for those
    whose transaction took longer than that.
    """
    if session.get_bind().dialect.name == "postgresql" and not session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
        return 0
    last = session.execute(select(_link.c.seq, _link.c.hash).order_by(_link.c.seq.desc()).limit(1)).first()
    seq, prev_hash = last or (0, FIRST_PREV_HASH)
    made = []
    for event in session.execute(_unlinked(session, whole).limit(limit)):
        seq += 1
        own = event_hash(seq, prev_hash, event)
        made.append({"seq": seq, "event_id": event.id, "prev_hash": prev_hash, "hash": own, "linked_at": clock.now()})
        prev_hash = own
    if made:
        session.execute(insert(_link), made)
    return len(made)


def verify(session: Session) -> Report:
    """Follow the chain from its beginning, whatever its length; stop at the first event that does not fit."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))
    links, head = 0, FIRST_PREV_HASH
    try:
        with _chain(session) as rows:
            for row in rows:
                if fault := _fault(row, links + 1, head):
                    return Report(links, head, fault)
                links, head = row.seq, row.hash
    except ValueError:  # a text that is no JSON or no id any more
        return Report(links, head, Fault(f"the event of link {links + 1} cannot be read", links + 1))
    late = _unlinked(session, True).where(_event.c.at < clock.now() - OVERDUE)
    overdue = session.scalar(select(func.count()).select_from(late.order_by(None).subquery()))
    first = session.execute(late.limit(1)).first() if overdue else None
    return Report(links, head, None, overdue, first.id if first else None)


def _unlinked(session: Session, whole: bool) -> Select:
    statement = (
        select(*_values).outerjoin(_link, _link.c.event_id == _event.c.id).where(_link.c.seq.is_(None)).order_by(_event.c.at, _event.c.id)
    )
    if whole:
        return statement
    last = session.scalar(select(_event.c.at).join(_link, _link.c.event_id == _event.c.id).order_by(_link.c.seq.desc()).limit(1))
    return statement if last is None else statement.where(_event.c.at >= last - LOOK_BACK)


def _chain(session: Session) -> Result:
    statement = (
        select(_link.c.seq, _link.c.event_id, _link.c.prev_hash, _link.c.hash, *_values)
        .outerjoin(_event, _event.c.id == _link.c.event_id)
        .order_by(_link.c.seq)
    )
    return session.execute(statement, execution_options={"stream_results": True, "yield_per": _PIECE})


def _fault(row: Row, seq: int, prev_hash: bytes) -> Fault | None:
    if row.seq != seq:
        return Fault(f"link {seq} is missing", seq)
    if row.id is None:
        return Fault(f"the event {row.event_id} is missing", seq, row.event_id)
    if row.prev_hash != prev_hash:
        return Fault(f"link {seq} does not follow the one before it", seq, row.event_id)
    if row.hash != event_hash(seq, prev_hash, row):
        words = f"the event {row.event_id} was changed: {row.action} of {moment(row.at)}, by {row.actor_name or row.actor_kind}"
        return Fault(words, seq, row.event_id)
    return None
