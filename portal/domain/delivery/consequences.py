"""What follows for the address: a bounce that says it is dead, a complaint, or too many soft bounces, stop mail to it."""

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.domain import audit, suppressions
from portal.domain.actors import Actor, system
from portal.model import Contact, EmailEvent, EmailMessage
from portal.values import clock
from portal.values.delivery import BOUNCED, COMPLAINED, DELIVERED, Report

SOFT_BOUNCES = 5
SOFT_WITHIN = timedelta(days=30)


def draw(session: Session, message: EmailMessage, report: Report, *, counts: bool) -> None:
    """Draw the consequences of a new report on a message; `counts` is False where it says nothing about the address."""
    by = system("worker")
    match report.kind:
        case "delivered":
            _alive(session, message.to_key)
        case "bounced":
            _record(session, "message.bounced", message, report, by)
            if counts:
                _bounced(session, message, report, by)
        case "complained":
            _record(session, "message.complained", message, report, by)
            suppressions.put(session, message.to_address, scope="all", reason=COMPLAINED, note=report.words, by=by)


def _bounced(session: Session, message: EmailMessage, report: Report, by: Actor) -> None:
    if _delivered_since(session, message.to_key, report):
        return  # an old bounce that comes late: something has arrived there after it
    if report.hard:
        suppressions.put(session, message.to_address, scope="all", reason=BOUNCED, note=report.words, by=by)
        return
    made = _soft_bounces(session, message.to_key)
    if made >= SOFT_BOUNCES:
        note = f"{made} messages came back within {SOFT_WITHIN.days} days and none arrived. The last words: {report.words}"
        suppressions.put(session, message.to_address, scope="all", reason=BOUNCED, note=note, by=by)
        return
    session.execute(
        update(Contact)
        .where(Contact.email_key == message.to_key, Contact.removed_at.is_(None), Contact.bounce_state == "none")
        .values(bounce_state="soft", bounced_at=clock.now())
    )


def _soft_bounces(session: Session, to_key: str) -> int:
    """Count the bounces of an address since something last arrived there, thirty days back at the most."""
    since = clock.now() - SOFT_WITHIN
    arrived = session.scalar(select(func.max(EmailEvent.at)).where(EmailEvent.to_key == to_key, EmailEvent.kind == DELIVERED))
    if arrived is not None:
        since = max(since, arrived)
    return session.scalar(
        select(func.count(EmailEvent.message_id.distinct())).where(
            EmailEvent.to_key == to_key, EmailEvent.kind == BOUNCED, EmailEvent.at > since, EmailEvent.message_id.is_not(None)
        )
    )


def _delivered_since(session: Session, to_key: str, report: Report) -> bool:
    arrived = session.scalar(
        select(EmailEvent.id).where(EmailEvent.to_key == to_key, EmailEvent.kind == DELIVERED, EmailEvent.at > report.at).limit(1)
    )
    return arrived is not None


def _alive(session: Session, to_key: str) -> None:
    """Forget the soft bounces of an address where something arrived. What made it dead is released by a person, not by chance."""
    session.execute(
        update(Contact)
        .where(Contact.email_key == to_key, Contact.removed_at.is_(None), Contact.bounce_state == "soft")
        .values(bounce_state="none", bounced_at=None)
    )


def _record(session: Session, action: str, message: EmailMessage, report: Report, by: Actor) -> None:
    audit.record(
        session,
        action,
        by=by,
        customer_id=message.customer_id,
        subject=message,
        subject_name=message.subject or message.letter.replace("_", " ").capitalize(),
        facts={"to": message.to_address, "reply": report.words[:300]},
    )
