"""Sending a message once more: whether it would go out, who else has it, and how often one may ask for one's own."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.domain import messages, throttles
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.outbox.holding import Judge
from portal.domain.throttles import Rule
from portal.model import Contact, EmailMessage
from portal.values import clock, ids

ASKED = Rule("message_to_oneself", free=3, window=timedelta(hours=1), first=timedelta(minutes=1), longest=timedelta(minutes=30))
_MOST = 500


class TooSoon(Refusal):
    """Somebody has had several messages sent to themselves again; one may ask again in `seconds`."""

    status = 429

    def __init__(self, seconds: int):
        self.seconds = seconds
        super().__init__(f"Several were sent to you again just now. Wait {throttles.in_words(seconds)}, then ask for this one.")


class WouldBeHeld(Refusal):
    """The message would not go out."""


@dataclass(frozen=True)
class Outlook:
    """Whether a message can be sent again, and what is to be said about it; `held` when it would be held back, or wait."""

    can: bool
    sentence: str = ""
    held: bool = False


def outlook(session: Session, message: EmailMessage) -> Outlook:
    """Judge, by the function that decides when it is sent, whether a message would go out if it were sent again now."""
    if messages.for_one_moment(message):
        return Outlook(False, messages.NothingToRepeat.sentence)
    again = EmailMessage(**messages.repeated(message), id=ids.new_id(), created_at=clock.now())
    held = Judge(session, [again]).holds(again)
    if held is None:
        return Outlook(True)
    return Outlook(held.until is not None, held.words, held=True)


def send_again(session: Session, message: EmailMessage, *, by: Actor) -> EmailMessage:
    """Queue a message once more, for an operator.

    :raises NothingToRepeat: see `messages.send_again`.
    :raises WouldBeHeld: when nothing may go to this address, or not of this kind.
    """
    found = outlook(session, message)
    if found.held and not found.can:
        raise WouldBeHeld(f"It would not be sent. {found.sentence}")
    return messages.send_again(session, message, by=by)


def send_to_oneself(session: Session, message: EmailMessage, *, by: Actor) -> EmailMessage:
    """Queue a message once more, for the one it went to.

    :raises NothingToRepeat, WouldBeHeld: see `send_again`.
    :raises TooSoon: after several in a short time.
    """
    again = send_again(session, message, by=by)
    if seconds := throttles.admit(session, (ASKED, str(by.viewer or by.user_id))):
        raise TooSoon(seconds)
    return again


def repeats(session: Session, message: EmailMessage) -> list[EmailMessage]:
    """List the first of a message and those that repeat it, but for the message itself, the newest first."""
    first = message.again_of_id or message.id
    alike = or_(EmailMessage.id == first, EmailMessage.again_of_id == first)
    found = session.scalars(select(EmailMessage).where(alike).order_by(EmailMessage.created_at.desc(), EmailMessage.id.desc()).limit(_MOST))
    return [row for row in found if row.id != message.id]


def others(session: Session, message: EmailMessage) -> list[EmailMessage]:
    """List who else was written to by the act that caused a message: it gave each of them a key of its own."""
    first = session.get(EmailMessage, message.again_of_id) if message.again_of_id else message
    act, _, to_whom = first.dedup_key.rpartition(":")
    if first.customer_id is None or first.contact_id is None or to_whom != str(first.contact_id):
        return []
    keys = [f"{act}:{contact_id}" for contact_id in _contacts(session, first.customer_id) if contact_id != first.contact_id]
    return list(session.scalars(select(EmailMessage).where(EmailMessage.dedup_key.in_(keys)).order_by(EmailMessage.id)))


def _contacts(session: Session, customer_id: UUID) -> list[UUID]:
    return list(session.scalars(select(Contact.id).where(Contact.customer_id == customer_id).order_by(Contact.id).limit(_MOST)))
