"""Reading what was chosen: the matrix, the history, and what nobody reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.communications.judging import Standing
from portal.domain.topics import CHOICES, TOPICS, Topic
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
    standing = Standing.of(session, customer)
    return [
        Row(
            contact,
            {key: standing.wanted(contact, topic) for key, topic in TOPICS.items()},
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
    """List what was chosen for a contact, the newest first."""
    rows = session.execute(
        select(PreferenceReceipt, Preference.receipt_id)
        .outerjoin(Preference, Preference.receipt_id == PreferenceReceipt.id)
        .where(PreferenceReceipt.contact_id == contact_id)
        .order_by(PreferenceReceipt.chosen_at.desc(), PreferenceReceipt.id.desc())
        .limit(limit)
    )
    return [Receipt(row, TOPICS[row.topic], holding is not None) for row, holding in rows]
