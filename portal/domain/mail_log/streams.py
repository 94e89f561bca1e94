"""A stream: some messages in the order of an index, the newest first, read so far and no further.

What an index does not answer is asked of at most WINDOW messages at a time. A stream says down to which message it was
read; below that there may be more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, text, tuple_
from sqlalchemy.orm import Session

from portal.model import EmailMessage
from portal.model.email_message import UNSETTLED

WINDOW = 20_000
GATHERED = 5_000
Place = tuple[datetime, UUID]
"""Where a message stands in the log: when it was written, and its id."""
Test = Callable[[Any], ColumnElement[bool]]
"""Makes a condition on a message's columns, as attributes of what it is given."""

_PLACE = tuple_(EmailMessage.created_at, EmailMessage.id)
_READ = (
    EmailMessage.id,
    EmailMessage.created_at,
    EmailMessage.state,
    EmailMessage.topic,
    EmailMessage.letter,
    EmailMessage.sender_id,
    EmailMessage.from_address,
    EmailMessage.customer_id,
    EmailMessage.contact_id,
    EmailMessage.broadcast_id,
    EmailMessage.to_key,
    EmailMessage.to_name,
    EmailMessage.subject_key,
)


@dataclass(frozen=True)
class Stream:
    """`by` are conditions that one index answers in the order of the log; `tested` are asked of each message.

    `gathered` are those of which an index gives at most GATHERED messages in another order: they are sorted.
    """

    by: tuple[ColumnElement[bool], ...] = ()
    tested: tuple[Test, ...] = ()
    gathered: bool = False


@dataclass(frozen=True)
class Read:
    """The places found, the newest first; `floor` is the place down to which all were looked at, None for the end."""

    places: list[Place]
    floor: Place | None


def in_state(state: str) -> tuple[ColumnElement[bool], ...]:
    """Make the conditions that the index of unsettled messages answers."""
    return EmailMessage.state == state, text(UNSETTLED)


def read(session: Session, stream: Stream, *, limit: int, before: Place | None, since: datetime | None, until: datetime | None) -> Read:
    """Read up to `limit` places of a stream, from right before a place on, among those written in a period."""
    bounds: list[ColumnElement[bool]] = list(stream.by)
    if before is not None:
        bounds.append(tuple_(*before) > _PLACE)
    if since is not None:
        bounds.append(EmailMessage.created_at >= since)
    if until is not None:
        bounds.append(EmailMessage.created_at < until)
    if not stream.tested and not stream.gathered:
        places = _places(session, _newest(bounds).limit(limit))
        return Read(places, places[-1] if len(places) == limit else None)
    chosen = select(*_READ).where(*bounds)
    if not stream.gathered:
        chosen = chosen.order_by(EmailMessage.created_at.desc(), EmailMessage.id.desc())
    seen = chosen.limit(GATHERED if stream.gathered else WINDOW).subquery("seen").c
    found = (
        select(seen.created_at, seen.id)
        .where(*(test(seen) for test in stream.tested))
        .order_by(seen.created_at.desc(), seen.id.desc())
        .limit(limit)
    )
    places = _places(session, found)
    if len(places) == limit:
        return Read(places, places[-1])
    if stream.gathered:
        return Read(places, None)
    return Read(places, next(iter(_places(session, _newest(bounds).offset(WINDOW - 1).limit(1))), None))


def merged(reads: Sequence[Read], limit: int) -> Read:
    """Merge what several streams gave, without doubles: only down to where all of them were read."""
    floor = max((one.floor for one in reads if one.floor is not None), default=None)
    places = sorted({place for one in reads for place in one.places if floor is None or place >= floor}, reverse=True)
    if len(places) > limit:
        return Read(places[:limit], places[limit - 1])
    return Read(places, floor)


def _newest(conditions: Sequence[ColumnElement[bool]]):
    chosen = select(EmailMessage.created_at, EmailMessage.id).where(*conditions)
    return chosen.order_by(EmailMessage.created_at.desc(), EmailMessage.id.desc())


def _places(session: Session, statement) -> list[Place]:
    return [tuple(row) for row in session.execute(statement)]
