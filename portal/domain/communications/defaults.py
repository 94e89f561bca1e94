"""What new contacts of one customer are sent, where it differs from the catalogue. Marketing is never on by default."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.communications.writing import way_of, write
from portal.domain.topics import BILLING, CHOICES
from portal.model import Contact, ContactDefault, Customer

BILLING_TOPICS = {key: topic for key, topic in CHOICES.items() if topic.kind == BILLING}


def defaults(session: Session, customer_id: UUID) -> dict[str, bool]:
    """Give what a new secondary contact of a customer is sent, by billing topic."""
    return {key: topic.secondary for key, topic in BILLING_TOPICS.items()} | _own(session, customer_id)


def set_defaults(session: Session, customer: Customer, wanted: Mapping[str, bool], *, by: Actor) -> bool:
    """Set what new contacts of a customer are sent, by billing topic; tell whether anything changed. Present ones keep what they have."""
    session.flush()
    session.execute(select(Customer.id).where(Customer.id == customer.id).with_for_update(key_share=True))
    before = defaults(session, customer.id)
    changes = audit.differences(before, {key: on for key, on in wanted.items() if key in BILLING_TOPICS})
    for key, (_, on) in changes.items():
        row = session.get(ContactDefault, (customer.id, key), populate_existing=True)
        if on == BILLING_TOPICS[key].secondary:
            session.delete(row)
        elif row is None:
            session.add(ContactDefault(customer_id=customer.id, topic=key, wanted=on))
        else:
            row.wanted = on
    session.flush()
    if changes:
        audit.record(
            session,
            "customer.defaults_changed",
            by=by,
            customer_id=customer.id,
            subject=customer,
            subject_name=customer.name,
            changes={key: ("on" if was else "off", "on" if now else "off") for key, (was, now) in changes.items()},
        )
    return bool(changes)


def start(session: Session, contact: Contact, *, by: Actor) -> None:
    """Give a new contact what its customer's new contacts are sent: each difference from the catalogue with its receipt."""
    for key, on in _own(session, contact.customer_id).items():
        topic = BILLING_TOPICS[key]
        if topic.default(contact.is_primary) != on:
            words = f"{topic.label}: {'on' if on else 'off'} for new contacts here"
            write(session, contact, topic, on, how=way_of(by), wording=words, by=by)


def _own(session: Session, customer_id: UUID) -> dict[str, bool]:
    rows = session.execute(select(ContactDefault.topic, ContactDefault.wanted).where(ContactDefault.customer_id == customer_id))
    return {topic: wanted for topic, wanted in rows if topic in BILLING_TOPICS}
