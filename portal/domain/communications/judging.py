"""The judgement: whether a contact will get a topic, and the reason in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, select
from sqlalchemy.orm import Session

from portal.domain.kept import Kept
from portal.domain.topics import MARKETING, TOPICS, Topic
from portal.model import Contact, Customer, Preference, PreferenceReceipt, Suppression

_contact = Contact.__table__.c
_preference = Preference.__table__.c
_receipt = PreferenceReceipt.__table__.c
_suppression = Suppression.__table__.c
_FOR_TOPIC = Kept(
    select(
        *_contact["id", "user_id", "email", "email_key", "first_name", "last_name", "locale", "time_zone"],
        *_contact["is_primary", "portal_role", "bounce_state", "verified_at"],
        _receipt.wanted,
        _suppression.scope,
    )
    .select_from(Contact.__table__)
    .outerjoin(Preference.__table__, and_(_preference.contact_id == _contact.id, _preference.topic == bindparam("topic")))
    .outerjoin(PreferenceReceipt.__table__, _receipt.id == _preference.receipt_id)
    .outerjoin(Suppression.__table__, and_(_suppression.email_key == _contact.email_key, _suppression.released_at.is_(None)))
    .where(_contact.customer_id == bindparam("customer_id"), _contact.removed_at.is_(None))
    .order_by(_contact.is_primary.desc(), _contact.id)
)


@dataclass(frozen=True)
class Verdict:
    """Whether a contact will get a topic, and why.

    `rule` is the word of the reason: essential, on, off, switch, archived, bounced, complained, suppressed, unverified or
    no_role. `reason` says it in a sentence, `receipt` is the choice that it rests on, where somebody chose.
    """

    contact: Contact
    will: bool
    rule: str
    reason: str
    receipt: PreferenceReceipt | None = None


def wants(contact: Contact, topic: Topic, chosen: Mapping[str, bool]) -> bool:
    """Tell whether a contact wants a topic: what was chosen, else the topic's default."""
    return topic.essential or chosen.get(topic.key, topic.default(contact.is_primary))


def recipients(session: Session, customer: Customer, topic_key: str) -> list[Verdict]:
    """Judge every live contact of a customer for a topic, the primary first."""
    return Standing.of(session, customer).verdicts(TOPICS[topic_key])


def addressees(session: Session, customer: Customer, topic_key: str) -> list[Verdict]:
    """Judge like `recipients`, for sending: contacts and receipts are plain rows of the columns that mail needs."""
    return Standing.for_topic(session, customer, topic_key).verdicts(TOPICS[topic_key])


@dataclass(frozen=True)
class Standing:
    """All that decides about one customer's mail, read at once: contacts, what they chose, what is suppressed."""

    customer: Customer
    contacts: list[Contact]
    receipts: Mapping[UUID, Mapping[str, PreferenceReceipt]]
    stopped: Mapping[str, set[str]]

    @classmethod
    def of(cls, session: Session, customer: Customer) -> "Standing":
        contacts = list(
            session.scalars(
                select(Contact)
                .where(Contact.customer_id == customer.id, Contact.removed_at.is_(None))
                .order_by(Contact.is_primary.desc(), Contact.id)
            )
        )
        return cls(customer, contacts, _receipts(session, customer.id), _suppressions(session, customer.id))

    @classmethod
    def for_topic(cls, session: Session, customer: Customer, topic_key: str) -> "Standing":
        """Read in one statement what decides about one topic: rows instead of entities."""
        session.flush()
        contacts: dict[UUID, Row] = {}
        receipts: dict[UUID, dict[str, Row]] = {}
        stopped: dict[str, set[str]] = {}
        for row in _FOR_TOPIC.rows(session.connection(), {"customer_id": customer.id, "topic": topic_key}):
            contacts.setdefault(row.id, row)
            if row.wanted is not None:
                receipts[row.id] = {topic_key: row}
            if row.scope is not None:
                stopped.setdefault(row.email_key, set()).add(row.scope)
        return cls(customer, list(contacts.values()), receipts, stopped)

    def verdicts(self, topic: Topic) -> list[Verdict]:
        """Judge every contact for a topic."""
        return [self.verdict(contact, topic) for contact in self.contacts]

    def wanted(self, contact: Contact, topic: Topic) -> bool:
        """Tell whether a contact wants a topic, as it stands."""
        chosen = {key: receipt.wanted for key, receipt in self.receipts.get(contact.id, {}).items()}
        return wants(contact, topic, chosen)

    def read(self, contact: Contact, topic: Topic) -> bool:
        """Tell whether a contact will get a topic."""
        return self.verdict(contact, topic).will

    def verdict(self, contact: Contact, topic: Topic, wanted: bool | None = None) -> Verdict:
        """Judge one contact for a topic; with `wanted`, as it would be if that were chosen."""
        if topic.essential:
            return _essential(contact, topic)
        receipt = self.receipts.get(contact.id, {}).get(topic.key) if wanted is None else None
        wanted = self.wanted(contact, topic) if wanted is None else wanted
        obstacles = self._obstacles(contact, topic)
        rank = "primary" if contact.is_primary else "secondary"
        if wanted and not obstacles:
            return Verdict(contact, True, "on", "Switched on." if receipt else f"On for {rank} contacts unless switched off.", receipt)
        if not wanted:
            obstacles = [("off", "Switched off." if receipt else f"Off for {rank} contacts unless switched on."), *obstacles]
        sentence = " ".join(words for _, words in obstacles)
        return Verdict(contact, False, obstacles[0][0], f"Ticked, but: {sentence}" if wanted else sentence, receipt)

    def _obstacles(self, contact: Contact, topic: Topic) -> list[tuple[str, str]]:
        met = (
            ("switch", not self.customer.communications, "Email is switched off for this customer."),
            ("archived", self.customer.archived, "The customer is archived."),
            ("bounced", contact.bounce_state == "hard", "Mail to this address comes back."),
            ("complained", contact.bounce_state == "complained", "Mail from us was marked as spam at this address."),
            (
                "suppressed",
                bool(self.stopped.get(contact.email_key, set()) & {"all", topic.kind, topic.key}),
                "The address is on the list of those that are not written to.",
            ),
            ("unverified", topic.kind == MARKETING and contact.verified_at is None, "The address is not confirmed."),
        )
        return [(rule, words) for rule, is_so, words in met if is_so]


def _essential(contact: Contact, topic: Topic) -> Verdict:
    if topic.key == "sign_in" and contact.portal_role == "none":
        return Verdict(contact, False, "no_role", "Has no access to the portal, so there is nothing to sign in to.")
    return Verdict(contact, True, "essential", "Always sent, for your safety.")


def _receipts(session: Session, customer_id: UUID) -> dict[UUID, dict[str, PreferenceReceipt]]:
    """Read the receipts of what holds now, by contact and topic."""
    found: dict[UUID, dict[str, PreferenceReceipt]] = {}
    for receipt in session.scalars(
        select(PreferenceReceipt)
        .join(Preference, Preference.receipt_id == PreferenceReceipt.id)
        .join(Contact, Contact.id == Preference.contact_id)
        .where(Contact.customer_id == customer_id, Contact.removed_at.is_(None))
    ):
        found.setdefault(receipt.contact_id, {})[receipt.topic] = receipt
    return found


def _suppressions(session: Session, customer_id: UUID) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for email_key, scope in session.execute(
        select(Suppression.email_key, Suppression.scope)
        .join(Contact, Contact.email_key == Suppression.email_key)
        .where(Contact.customer_id == customer_id, Contact.removed_at.is_(None), Suppression.released_at.is_(None))
    ):
        found.setdefault(email_key, set()).add(scope)
    return found
