"""Reading a customer's events: two tables merged by time, paged by key right across both."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from portal.domain.activity import acts, kinds, mail, visibility
from portal.domain.activity.events import Event, Page, Reader, Wanted
from portal.domain.errors import NotFound
from portal.domain.topics import TOPICS
from portal.model import AuditEvent, Contact, EmailMessage, Membership, User
from portal.model.base import UtcDateTime

PAGE = 50
PEOPLE = 20
_ESSENTIAL = [key for key, topic in TOPICS.items() if topic.essential]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Key(NamedTuple):
    """What events are ordered by, the newest first."""

    at: datetime
    id: UUID


def page(
    session: Session, customer_id: UUID, reader: Reader, *, kind: str = "", who: str | UUID = "", before: str = "", size: int = PAGE
) -> Page:
    """Read a page of a customer's events: of one of KINDS, by one of GROUPS or one person, older than a Page's `older`.

    :raises NotFound: when there is no such kind, group or cursor.
    """
    return page_of(session, Wanted(customer_id=customer_id, kind=kind, who=who), reader, before=before, size=size)


def page_of(session: Session, wanted: Wanted, reader: Reader, *, before: str = "", size: int = PAGE) -> Page:
    """Read a page of the events that are wanted; without a customer only those of the record, whose mail has a page of its own.

    :raises NotFound: when there is no such kind, group or cursor.
    """
    sources = sources_of(wanted, reader)
    key = _key(before) if before else None
    events: list[tuple[Key, Event]] = []
    while True:
        chunk = rows_of(session, sources, key, size + 1)
        told = ((row_key, tell(row, reader)) for row_key, row, tell in chunk)
        events += [(row_key, event) for row_key, event in told if event is not None]
        if len(events) > size or len(chunk) <= size:
            break
        key = chunk[-1][0]
    more = len(events) > size
    events = events[:size]
    return Page(tuple(event for _, event in events), _cursor(events[-1][0]) if more else "")


def people(session: Session, customer_id: UUID) -> list[tuple[UUID, str]]:
    """List those who acted at a customer as (user id, name), at most PEOPLE of them, those who acted last first."""
    last = func.max(AuditEvent.at)
    rows = session.execute(
        select(AuditEvent.actor_user_id, func.max(AuditEvent.actor_name))
        .where(AuditEvent.customer_id == customer_id, AuditEvent.actor_user_id.is_not(None))
        .group_by(AuditEvent.actor_user_id)
        .order_by(last.desc(), AuditEvent.actor_user_id)
        .limit(PEOPLE)
    )
    return [(user_id, name or "Somebody without a name") for user_id, name in rows]


def operators(session: Session) -> list[tuple[UUID, str]]:
    """List all who are or were operators as (user id, name), by name."""
    found = session.scalars(select(User).where(User.id.in_(select(Membership.user_id))))
    return sorted(((user.id, user.shown_name) for user in found), key=lambda pair: pair[1].casefold())


class Source(NamedTuple):
    """A table of events: how it is asked, what it is ordered by, and how a row of it is told."""

    statement: Select
    key: tuple
    tell: Callable[[object, Reader], Event | None]


def sources_of(wanted: Wanted, reader: Reader) -> list[Source]:
    """Name the tables to read from.

    :raises NotFound: when there is no such kind or group.
    """
    kind, who = wanted.kind, wanted.who
    if (kind and kind not in kinds.KINDS) or (who and isinstance(who, str) and who not in kinds.GROUPS):
        raise NotFound
    found = [Source(_acts(wanted, reader), (AuditEvent.at, AuditEvent.id), lambda row, reader: acts.tell(row[0], reader))]
    if wanted.customer_id is not None and kind in {"", "mail"} and who in {"", "itself"}:
        found.append(Source(_mail(wanted, reader), (EmailMessage.created_at, EmailMessage.id), lambda row, reader: mail.tell(*row, reader)))
    return found


def _within(statement: Select, wanted: Wanted, at: ColumnElement[datetime]) -> Select:
    if wanted.since is not None:
        statement = statement.where(at >= wanted.since)
    return statement if wanted.until is None else statement.where(at < wanted.until)


def _acts(wanted: Wanted, reader: Reader) -> Select:
    statement = _within(select(AuditEvent), wanted, AuditEvent.at)
    if wanted.customer_id is not None:
        statement = statement.where(AuditEvent.customer_id == wanted.customer_id)
    if wanted.kind:
        statement = statement.where(kinds.of_kind(wanted.kind))
    if wanted.who:
        statement = statement.where(kinds.by_whom(wanted.who))
    if reader.outside:
        statement = statement.where(AuditEvent.action.in_(visibility.ACTIONS))
    return statement


def _mail(wanted: Wanted, reader: Reader) -> Select:
    statement = (
        select(EmailMessage, Contact)
        .outerjoin(Contact, Contact.id == EmailMessage.contact_id)
        .where(EmailMessage.customer_id == wanted.customer_id)
    )
    statement = _within(statement, wanted, EmailMessage.created_at)
    if reader.outside:
        statement = statement.where(or_(EmailMessage.topic.not_in(_ESSENTIAL), EmailMessage.contact_id == reader.contact_id))
    return statement


def rows_of(session: Session, sources: list[Source], before: Key | None, size: int) -> list[tuple[Key, object, Callable]]:
    """Read the next rows of all sources together; each gives as many as might be wanted, so none is missed."""
    found = []
    for source in sources:
        at, row_id = source.key
        statement = source.statement.order_by(at.desc(), row_id.desc()).limit(size)
        if before is not None:
            statement = statement.where(tuple_(at, row_id) < tuple_(literal(before.at, UtcDateTime()), literal(before.id, Uuid())))
        for row in session.execute(statement):
            found.append((Key(getattr(row[0], at.key), row[0].id), row, source.tell))
    found.sort(key=lambda item: item[0], reverse=True)
    return found[:size]


def _cursor(key: Key) -> str:
    return f"{(key.at - _EPOCH) // _MICROSECOND}-{key.id.hex}"


def _key(cursor: str) -> Key:
    at, _, row_id = cursor.partition("-")
    try:
        return Key(_EPOCH + int(at) * _MICROSECOND, UUID(row_id))
    except (ValueError, OverflowError):
        raise NotFound from None
