"""The holder of an emailed link that asks for no sign-in: who it is, for what, and whether the link still holds."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.domain import actors, topics
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.topics import Topic
from portal.model import Contact, Customer, EmailLink, EmailMessage
from portal.values import clock, emails, tokens


class LinkUnknown(Refusal):
    """No link of this purpose has the token: mistyped, cut in two, or meant for another door."""

    status = 404
    sentence = "A part of it may be lost, or it was made for another page. Open it once more from the mail itself."


class LinkEnded(Refusal):
    """The link has run out, was taken back, or the address it was sent to is no contact any more."""

    status = 410
    sentence = "It was taken back, or the address that it was sent to has changed. The newest mail has one that works."


@dataclass(frozen=True)
class Held:
    """A live link with the contact and the customer (business entity loaded) that it is for."""

    link: EmailLink
    contact: Contact
    customer: Customer
    topic: Topic | None = None
    """What an unsubscribe link stops."""

    @property
    def masked(self) -> str:
        return emails.mask_email(self.contact.email)

    def actor(self, **where: str) -> Actor:
        """Make the actor who holds this link; it may reach this one contact."""
        return actors.link_holder(name=self.contact.name, customer_id=self.customer.id, contact_id=self.contact.id, **where)


def find(session: Session, token: str, purpose: str) -> Held:
    """Find the live link of a token, for one purpose only; looking changes nothing.

    :raises LinkUnknown: when no link of this purpose has the token.
    :raises LinkEnded: when it is revoked or expired, or the contact is gone or has another address by now.
    """
    found = session.execute(
        select(EmailLink, Contact, Customer, EmailMessage.to_address)
        .join(Contact, Contact.id == EmailLink.contact_id)
        .join(Customer, Customer.id == Contact.customer_id)
        .options(joinedload(Customer.business_entity))
        .outerjoin(EmailMessage, EmailMessage.id == EmailLink.message_id)
        .where(EmailLink.digest == tokens.digest(token), EmailLink.purpose == purpose)
    ).first()
    if found is None:
        raise LinkUnknown
    topic = topics.find(session, found.EmailLink.topic) if purpose == "unsubscribe" else None
    if purpose == "unsubscribe" and (topic is None or topic.essential):
        raise LinkUnknown
    link, contact, customer, sent_to = found
    moved = sent_to is not None and emails.email_key(sent_to) != contact.email_key
    if link.revoked_at or (link.expires_at and link.expires_at <= clock.now()) or contact.removed_at or moved:
        raise LinkEnded
    return Held(link, contact, customer, topic)
