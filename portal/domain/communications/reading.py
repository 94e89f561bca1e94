"""Reading what was chosen: the matrix, the history, and what nobody reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from portal.domain import topics
from portal.domain.communications.judging import Standing
from portal.domain.topics import CHOICES, MARKETING, Topic
from portal.model import Contact, Customer, Preference, PreferenceReceipt


@dataclass(frozen=True)
class Row:
    """One contact's row of the matrix: by topic, whether it is wanted, and the receipt where somebody chose."""

    contact: Contact
    wanted: Mapping[str, bool]
    receipts: Mapping[str, PreferenceReceipt]


@dataclass(frozen=True)
class Receipt:
    """A receipt of the history; `holds` says that nothing newer was chosen for its topic, so it can be undone."""

    row: PreferenceReceipt
    topic: Topic
    holds: bool


def matrix(session: Session, customer: Customer) -> list[Row]:
    """Read contact by topic, as it stands, with the receipts of what was chosen."""
    standing, offered = Standing.of(session, customer), topics.choices(session)
    return [
        Row(
            contact,
            {key: standing.wanted(contact, topic) for key, topic in offered.items()},
            standing.receipts.get(contact.id, {}),
        )
        for contact in standing.contacts
    ]


def unread(session: Session, customer: Customer) -> list[Topic]:
    """List the topics that somebody at the customer should get, and nobody will."""
    standing = Standing.of(session, customer)
    if not standing.contacts or not customer.communications or customer.archived:
        return []
    return [
        topic
        for topic in CHOICES.values()
        if topic.keeps_a_reader and not any(standing.verdict(contact, topic).will for contact in standing.contacts)
    ]


def history(session: Session, contact_id: UUID, *, limit: int = 50) -> list[Receipt]:
    """List what was chosen for a contact, and for those that became a part of it, the newest first."""
    rows = session.execute(
        select(PreferenceReceipt, Preference.receipt_id)
        .outerjoin(Preference, and_(Preference.receipt_id == PreferenceReceipt.id, Preference.contact_id == contact_id))
        .where(PreferenceReceipt.contact_id.in_(person(contact_id)))
        .order_by(PreferenceReceipt.chosen_at.desc(), PreferenceReceipt.id.desc())
        .limit(limit)
    )
    known = {**topics.all_topics(session), **topics.MANNERS}
    return [
        Receipt(row, topic, holding is not None and not topic.hidden)
        for row, holding in rows
        for topic in [known.get(row.topic) or Topic(row.topic, row.topic, "", MARKETING, hidden=True)]
    ]


def person(contact_id: UUID) -> Select:
    """Select the ids of a contact and of those that became a part of it."""
    return select(Contact.id).where(or_(Contact.id == contact_id, Contact.merged_into_id == contact_id))
