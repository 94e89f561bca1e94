"""Reading what was chosen: the matrix, the history, and what nobody reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from portal.domain import topics
from portal.domain.communications.judging import Standing
from portal.domain.communications.refusals import together
from portal.domain.kept import Kept
from portal.domain.topics import BILLING, CHOICES, MARKETING, Topic
from portal.model import Contact, Customer, Preference, PreferenceReceipt, Suppression

PRIMARY_READS = select(Contact.id).where(
    Contact.customer_id == bindparam("customer_id"),
    Contact.is_primary,
    Contact.bounce_state != "hard",
    Contact.bounce_state != "complained",
    ~exists().where(Suppression.email_key == Contact.email_key, Suppression.released_at.is_(None), Suppression.scope != MARKETING),
    ~exists().where(
        Preference.contact_id == Contact.id,
        Preference.wanted.is_(False),
        or_(*(Preference.topic == key for key, topic in CHOICES.items() if topic.kind == BILLING)),
    ),
)
"""The primary contact, where it gets all that it gets by default: so it is at nearly every customer, and nothing else needs to be read."""
_PRIMARY_READS = Kept(PRIMARY_READS)


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


@dataclass(frozen=True)
class Silence:
    """The topics that somebody at a customer should get and nobody will, and of each contact why not."""

    topics: tuple[Topic, ...]
    reasons: tuple[tuple[Contact, str], ...]

    @property
    def words(self) -> str:
        """The topics inside a sentence."""
        return together([topic.words for topic in self.topics])

    @property
    def why(self) -> tuple[str, ...]:
        """The reasons, each as a sentence with the name before it."""
        return tuple(f"{contact.name}: {reason}" for contact, reason in self.reasons)


def silence(session: Session, customer: Customer) -> Silence | None:
    """Say what of billing nobody at a customer gets, and why; None where somebody gets all of it, or email is switched off."""
    session.flush()
    if not customer.communications or customer.archived or _PRIMARY_READS.scalar(session.connection(), {"customer_id": customer.id}):
        return None
    standing = Standing.of(session, customer)
    lost = tuple(topic for topic in CHOICES.values() if topic.keeps_a_reader and not any(one.will for one in standing.verdicts(topic)))
    if not standing.contacts or not lost:
        return None
    reasons = []
    for contact in standing.contacts:
        told = dict.fromkeys(standing.verdict(contact, topic).because for topic in lost)
        reasons.append((contact, min(told, key=len)))
    return Silence(lost, tuple(reasons))


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
