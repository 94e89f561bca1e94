"""Reading what was sent: of all, of one customer, of one person; and one message's words once more."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from portal.domain import messages, reach
from portal.domain.actors import Actor
from portal.domain.letters import LETTERS, Brand, RenderedLetter, render
from portal.model import EmailMessage
from portal.values import emails

PAGE = 50
STATES: Mapping[str, tuple[str, str]] = {
    "queued": ("Waiting to be sent", "wait"),
    "sending": ("Being sent", "wait"),
    "sent": ("Sent", ""),
    "delivered": ("Delivered", ""),
    "deferred": ("Put off, tried again", "heed"),
    "bounced": ("Came back", "wrong"),
    "complained": ("Marked as unwanted", "wrong"),
    "suppressed": ("Held back", "off"),
    "failed": ("Not sent", "wrong"),
}
"""By state: the words for it, and the kind of status it is shown as."""


@dataclass(frozen=True)
class MessagePage:
    """A page of messages, the newest first; `older` is the id to go on from, None on the last page."""

    rows: list[EmailMessage]
    older: UUID | None


def page(
    session: Session,
    *,
    actor: Actor | None = None,
    customer_id: UUID | None = None,
    contact_id: UUID | None = None,
    state: str = "",
    address: str = "",
    before: UUID | None = None,
) -> MessagePage:
    """Read a page of the log, of all that an actor reaches, or of one customer, person, state or recipient's address."""
    statement = select(EmailMessage).order_by(EmailMessage.created_at.desc(), EmailMessage.id.desc()).limit(PAGE + 1)
    if actor is not None:
        statement = statement.where(*reach.within(actor, EmailMessage.customer_id))
    if customer_id is not None:
        statement = statement.where(EmailMessage.customer_id == customer_id)
    if contact_id is not None:
        statement = statement.where(EmailMessage.contact_id == contact_id)
    if state in STATES:
        statement = statement.where(EmailMessage.state == state)
    if address:
        statement = statement.where(EmailMessage.to_key == emails.email_key(address))
    if before is not None and (last := session.get(EmailMessage, before)) is not None:
        statement = statement.where(tuple_(EmailMessage.created_at, EmailMessage.id) < (last.created_at, last.id))
    rows = list(session.scalars(statement))
    return MessagePage(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def title(message: EmailMessage) -> str:
    """Give the subject as it was sent; before that, what kind of letter it will be."""
    return message.subject or message.letter.replace("_", " ").capitalize()


def reread(session: Session, message: EmailMessage, *, public_url: str) -> RenderedLetter:
    """Render a message as it was or will be sent, its links leading to the portal's front page and its code struck out."""
    entity = messages.sender_of(session, message).business_entity
    brand = Brand(entity.name, entity.legal_name, entity.address_line, entity.colour, public_url)
    links = dict.fromkeys(LETTERS[message.letter].links, public_url + "/") | {"code": "000000"}
    return render(message.letter, message.facts, links=links, brand=brand, locale=message.locale, time_zone=message.time_zone)
