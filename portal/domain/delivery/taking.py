"""Taking a report in: kept once, matched to its message, and drawn into what is known of the message and the address."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.domain.delivery import consequences
from portal.domain.delivery.states import settle
from portal.model import EmailEvent, EmailMessage
from portal.model.email_message import HAS_MESSAGE_ID, HAS_PROVIDER_REF
from portal.values import clock, emails, ids
from portal.values.delivery import Report
from portal.values.text import clean_line

_events = EmailEvent.__table__
_ADD = {
    dialect.dialect.name: dialect.insert(_events)
    .on_conflict_do_nothing(index_elements=["provider", "provider_event_id"])
    .returning(_events.c.id)
    for dialect in (sqlite, postgresql)
}
WORDS = 2000


@dataclass(frozen=True)
class Taken:
    """What became of a report: `message` is the one it is about, None where it fits none; `again` when it was known already."""

    message: EmailMessage | None
    again: bool = False


def take(session: Session, report: Report, *, provider: str) -> Taken:
    """Keep a report and act on it; one that was taken before changes nothing.

    A report that fits no message is kept and shown, and nothing follows from it: whose mail it was is not known.
    """
    report = replace(report, words=clean_line(report.words)[:WORDS])
    message = _message(session, report)
    now = clock.now()
    row = {
        "id": ids.new_id(),
        "provider": provider,
        "provider_event_id": clean_line(report.provider_event_id)[:200],
        "message_id": message.id if message is not None else None,
        "to_key": message.to_key if message is not None else emails.email_key(clean_line(report.address))[:254],
        "kind": report.kind,
        "hard": report.hard,
        "at": min(report.at, now),
        "received_at": now,
        "words": report.words,
    }
    if session.execute(_ADD[session.get_bind().dialect.name].values(row)).first() is None:
        return Taken(message, again=True)
    if message is not None:
        settle(session, message)
        consequences.draw(session, message, report, counts=provider != "smtp" or bool(report.address))
    return Taken(message)


def unmatched(session: Session, *, limit: int = 20) -> list[EmailEvent]:
    """List the newest reports that fit no message."""
    return list(
        session.scalars(
            select(EmailEvent)
            .where(EmailEvent.message_id.is_(None))
            .order_by(EmailEvent.received_at.desc(), EmailEvent.id.desc())
            .limit(limit)
        )
    )


def _message(session: Session, report: Report) -> EmailMessage | None:
    """Find the message of a report and hold its row, so that two reports on it are judged one after the other."""
    found: UUID | None = None
    if report.own_id is not None:
        found = session.scalar(select(EmailMessage.id).where(EmailMessage.id == report.own_id))
    if found is None and report.message_ids:
        named = select(EmailMessage.id).where(text(HAS_MESSAGE_ID), EmailMessage.message_id.in_(report.message_ids))
        found = session.scalar(named.limit(1))
    if found is None and report.provider_ref:
        named = select(EmailMessage.id).where(text(HAS_PROVIDER_REF), EmailMessage.provider_ref == report.provider_ref)
        if report.address:
            named = named.where(EmailMessage.to_key == emails.email_key(report.address))
        found = session.scalar(named.limit(1))
    if found is None:
        return None
    session.flush()
    return session.get(EmailMessage, found, with_for_update=True, populate_existing=True)
