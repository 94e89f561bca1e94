"""Finding a message, and queueing it once more."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.domain import audit, reach
from portal.domain.actors import Actor
from portal.domain.errors import NotFound, Refusal
from portal.model import Contact, EmailMessage, Sender
from portal.values import clock, ids

ONCE = frozenset({"invite", "verify_address", "stop_email_change", "not_me"})
"""The purposes of links that are for one moment."""


class NothingToRepeat(Refusal):
    """The message holds a link or code that was for one moment; a new one is asked for instead."""

    sentence = "This message was for one moment. Ask for a new sign-in link instead."


def find(session: Session, actor: Actor, message_id: UUID) -> EmailMessage:
    """Find a message with its attempts, that the actor may see: operators any, a customer's people what was sent to themselves.

    :raises NotFound: when there is none, or it went to somebody else.
    """
    message = session.get(EmailMessage, message_id, options=[selectinload(EmailMessage.deliveries), selectinload(EmailMessage.events)])
    if message is None or (actor.kind == "customer" and not _own(session, actor, message)):
        raise NotFound
    if actor.kind == "operator":
        reach.demand(session, actor, message.customer_id)
    return message


def _own(session: Session, actor: Actor, message: EmailMessage) -> bool:
    """Tell whether a message went to this person: as this customer's contact or one made a part of it, or as the one who signs in."""
    if message.contact_id is None:
        return actor.user_id is not None and message.user_id == actor.user_id
    if message.contact_id == actor.contact_id:
        return True
    return actor.contact_id is not None and actor.contact_id == session.scalar(
        select(Contact.merged_into_id).where(Contact.id == message.contact_id)
    )


def send_again(session: Session, message: EmailMessage, *, by: Actor) -> EmailMessage:
    """Queue the same letter to the same person once more.

    :raises NothingToRepeat: for sign-in links, invites and mails about a change of address, which are for one moment.
    """
    if for_one_moment(message):
        raise NothingToRepeat
    again = EmailMessage(**repeated(message))
    session.add(again)
    session.flush()
    audit.record(
        session,
        "message.sent_again",
        by=by,
        customer_id=message.customer_id,
        subject=again,
        subject_name=message.subject or message.letter,
        facts={"to": message.to_address},
    )
    return again


def for_one_moment(message: EmailMessage) -> bool:
    """Tell whether a message holds a link or code that was for one moment."""
    return any(link.get("request_id") or link["purpose"] in ONCE for link in message.links.values())


def repeated(message: EmailMessage) -> dict[str, object]:
    """Give the columns of a message that repeats another."""
    alike = (
        *("customer_id", "contact_id", "user_id", "sender_id", "to_address", "to_name", "letter", "topic"),
        *("locale", "time_zone", "facts", "links", "why"),
    )
    return {column: getattr(message, column) for column in alike} | {
        "again_of_id": message.again_of_id or message.id,
        "dedup_key": f"again:{ids.new_id()}",
        "next_attempt_at": clock.now(),
    }


def sender_of(session: Session, message: EmailMessage) -> Sender:
    """Give the identity a message goes out from, with its business entity."""
    return session.scalars(select(Sender).options(joinedload(Sender.business_entity)).where(Sender.id == message.sender_id)).one()
