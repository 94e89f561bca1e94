"""One letter to many contacts, whoever of them gets its topic: written in a few statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.domain import communications
from portal.domain.messages.writing import links_for, recipient, row_of, why_of
from portal.domain.topics import Topic
from portal.model import BusinessEntity, Customer, EmailMessage, Sender

NO_SENDER = "no_sender"
_SENDERS = (
    select(BusinessEntity.id.label("entity_id"), Sender.id, BusinessEntity.locale, BusinessEntity.time_zone)
    .join_from(BusinessEntity, Sender, Sender.business_entity_id == BusinessEntity.id)
    .where(Sender.is_default, BusinessEntity.id.in_(bindparam("entity_ids", expanding=True)))
)
_ADD = {
    dialect.dialect.name: dialect.insert(EmailMessage.__table__)
    .on_conflict_do_nothing(index_elements=[EmailMessage.__table__.c.dedup_key])
    .returning(EmailMessage.__table__.c.id)
    .execution_options(insertmanyvalues_page_size=100)
    for dialect in (sqlite, postgresql)
}
"""A hundred rows in one statement: the driver takes a longer one apart slower than the server executes it."""


@dataclass
class Addressed:
    """What a letter to the contacts of some customers comes to: who will get it, and by rule how many will not."""

    customers: int = 0
    will: list[tuple[Customer, Row, Row]] = field(default_factory=list)
    """Customer, contact and sender (with the business entity's locale and time zone)."""
    left: dict[str, int] = field(default_factory=dict)


def address(session: Session, customers: Sequence[Customer], topic_key: str) -> Addressed:
    """Judge the contacts of some customers for a topic; one whose business entity has no sender cannot be written to."""
    senders = _senders(session, {customer.business_entity_id for customer in customers})
    found = Addressed(len(customers))
    for customer, verdicts in communications.addressees_of_many(session, customers, topic_key).items():
        sender = senders.get(customer.business_entity_id)
        for verdict in verdicts:
            if verdict.will and sender is not None:
                found.will.append((customer, verdict.contact, sender))
            else:
                rule = NO_SENDER if verdict.will else verdict.rule
                found.left[rule] = found.left.get(rule, 0) + 1
    return found


def tell_all(
    session: Session,
    addressed: Addressed,
    letter: str,
    topic: Topic,
    *,
    facts: Mapping[str, object],
    links: Mapping[str, dict] | None = None,
    key: str,
    broadcast_id: UUID,
) -> int:
    """Write a message to everybody who will get it; `key` is told apart by contact. Tell how many were written."""
    rows = [
        row_of(
            sender.id,
            letter,
            topic,
            to=recipient(contact, customer, sender),
            facts={"customer_name": customer.name, "contact_name": contact.first_name or contact.last_name or contact.email, **facts},
            links=links_for(contact, links or {}),
            why=why_of(customer.name, topic, primary=contact.is_primary),
            key=f"{key}:{contact.id}",
        )
        | {"broadcast_id": broadcast_id}
        for customer, contact, sender in addressed.will
    ]
    if not rows:
        return 0
    connection = session.connection()
    return len(connection.execute(_ADD[connection.dialect.name], rows).all())


def _senders(session: Session, entity_ids: Iterable[UUID]) -> dict[UUID, Row]:
    return {row.entity_id: row for row in session.connection().execute(_SENDERS, {"entity_ids": list(entity_ids)})}
