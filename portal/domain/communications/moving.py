"""Sending what waits for somebody who cannot be reached to whoever takes over."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import messages
from portal.domain.letters.phrases import in_english
from portal.domain.topics import CHOICES, Topic
from portal.model import BusinessEntity, Contact, Customer, EmailMessage
from portal.values import clock


def move_waiting(session: Session, customer: Customer, topics: Iterable[Topic], *, of: Iterable[Contact], to: Contact) -> None:
    """Address to one contact what waits for others of the same customer, unless it was written the same already."""
    entity = session.get_one(BusinessEntity, customer.business_entity_id)
    waiting = session.scalars(
        select(EmailMessage)
        .where(
            EmailMessage.contact_id.in_([contact.id for contact in of]),
            EmailMessage.topic.in_([topic.key for topic in topics]),
            EmailMessage.state.in_(("queued", "deferred")),
            EmailMessage.sent_at.is_(None),
        )
        .with_for_update(skip_locked=True)  # what a worker is taking up this moment is its own
    )
    for message in waiting.all():
        key = message.dedup_key.replace(str(message.contact_id), str(to.id))
        if key != message.dedup_key and session.scalar(select(EmailMessage.id).where(EmailMessage.dedup_key == key)) is None:
            _readdress(message, to, customer, entity)
            message.dedup_key = key
    session.flush()


def _readdress(message: EmailMessage, contact: Contact, customer: Customer, entity: BusinessEntity) -> None:
    to = messages.recipient(contact, customer, entity)
    why = messages.why_of(customer.name, CHOICES[message.topic], primary=contact.is_primary)
    message.to_address, message.to_name, message.contact_id, message.user_id = to.address, to.name, to.contact_id, to.user_id
    message.locale, message.time_zone, message.why = to.locale, to.time_zone, in_english(why)[:255]
    name = contact.first_name or contact.last_name or contact.email
    message.facts = {**message.facts, "contact_name": name, "why": why}
    message.links = messages.links_for(contact, message.links)
    message.state, message.attempts, message.next_attempt_at, message.rule, message.reply = "queued", 0, clock.now(), "", ""
