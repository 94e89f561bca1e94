"""The judgement: whether a contact will get a topic, and the reason in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, select
from sqlalchemy.orm import Session

from portal.domain import topics
from portal.domain.kept import Kept
from portal.domain.topics import MARKETING, Topic
from portal.model import Contact, Customer, Preference, PreferenceReceipt, Suppression, WalletDigest

_contact = Contact.__table__.c
_preference = Preference.__table__.c
_receipt = PreferenceReceipt.__table__.c
_suppression = Suppression.__table__.c
_digest = WalletDigest.__table__.c
_TICKED = "Ticked, but: "
_COMES_BACK = "Mail to this address comes back."
_UNWANTED = "Mail from us was marked as spam at this address."
_LISTED = "The address is on the list of those that are not written to."
_LISTED_FOR_CLASS = "The address is on the list of those that are sent no {} mail."
_LISTED_FOR_TOPIC = "The address is on the list of those that are not sent “{}”."
_DECIDING = (
    select(
        *_contact["id", "user_id", "email", "email_key", "first_name", "last_name", "locale", "time_zone"],
        *_contact["is_primary", "portal_role", "bounce_state", "verified_at"],
        _receipt.wanted,
        _suppression.scope,
        _suppression.reason,
        _digest.daily,
    )
    .select_from(Contact.__table__)
    .outerjoin(Preference.__table__, and_(_preference.contact_id == _contact.id, _preference.topic == bindparam("topic")))
    .outerjoin(PreferenceReceipt.__table__, _receipt.id == _preference.receipt_id)
    .outerjoin(Suppression.__table__, and_(_suppression.email_key == _contact.email_key, _suppression.released_at.is_(None)))
    .outerjoin(WalletDigest.__table__, _digest.contact_id == _contact.id)
    .where(_contact.removed_at.is_(None))
    .order_by(_contact.is_primary.desc(), _contact.id)
)
_FOR_TOPIC = Kept(_DECIDING.where(_contact.customer_id == bindparam("customer_id")))
_FOR_TOPIC_OF_MANY = _DECIDING.add_columns(_contact.customer_id).where(_contact.customer_id.in_(bindparam("customer_ids", expanding=True)))


@dataclass(frozen=True)
class Verdict:
    """Whether a contact will get a topic, and why.

    `rule` is the word of the reason: essential, on, off, switch, archived, bounced, complained, suppressed, unverified,
    hidden, removed or no_role. `reason` says it in a sentence, `receipt` is the choice that it rests on, where somebody chose.
    """

    contact: Contact | None
    will: bool
    rule: str
    reason: str
    receipt: PreferenceReceipt | None = None
    daily: bool = False
    """Whether movements come in one letter a day."""

    @property
    def because(self) -> str:
        """The reason, for a message that was written already."""
        return self.reason.removeprefix(_TICKED)


def wants(contact: Contact, topic: Topic, chosen: Mapping[str, bool]) -> bool:
    """Tell whether a contact wants a topic: what was chosen, else the topic's default."""
    return topic.essential or chosen.get(topic.key, topic.default(contact.is_primary))


def recipients(session: Session, customer: Customer, topic_key: str) -> list[Verdict]:
    """Judge every live contact of a customer for a topic, the primary first."""
    return Standing.of(session, customer).verdicts(_topic(session, topic_key))


def addressees(session: Session, customer: Customer, topic_key: str) -> list[Verdict]:
    """Judge like `recipients`, for sending: contacts and receipts are plain rows of the columns that mail needs."""
    return Standing.for_topic(session, customer, topic_key).verdicts(_topic(session, topic_key))


def addressees_of_many(session: Session, customers: Iterable[Customer], topic_key: str) -> dict[Customer, list[Verdict]]:
    """Judge like `addressees` for many customers, read in one statement; in the order they are given in."""
    session.flush()
    topic, by_id = _topic(session, topic_key), {customer.id: customer for customer in customers}
    rows: dict[UUID, list[Row]] = {customer_id: [] for customer_id in by_id}
    for row in session.connection().execute(_FOR_TOPIC_OF_MANY, {"topic": topic_key, "customer_ids": list(by_id)}):
        rows[row.customer_id].append(row)
    return {by_id[key]: Standing.of_rows(by_id[key], found, topic_key).verdicts(topic) for key, found in rows.items()}


@dataclass(frozen=True)
class Standing:
    """All that decides about one customer's mail, read at once: contacts, what they chose, what is suppressed."""

    customer: Customer
    contacts: list[Contact]
    receipts: Mapping[UUID, Mapping[str, PreferenceReceipt]]
    stopped: Mapping[str, Mapping[str, str]]
    """By address, what is suppressed there: {scope: reason}."""
    daily: frozenset[UUID] = frozenset()
    """The contacts who chose to have wallet activity once a day."""

    @classmethod
    def of(cls, session: Session, customer: Customer) -> "Standing":
        contacts = list(
            session.scalars(
                select(Contact)
                .where(Contact.customer_id == customer.id, Contact.removed_at.is_(None))
                .order_by(Contact.is_primary.desc(), Contact.id)
            )
        )
        daily = frozenset(
            session.scalars(select(_digest.contact_id).where(_digest.contact_id.in_([one.id for one in contacts]), _digest.daily))
        )
        return cls(customer, contacts, _receipts(session, customer.id), _suppressions(session, customer.id), daily)

    @classmethod
    def for_topic(cls, session: Session, customer: Customer, topic_key: str) -> "Standing":
        """Read in one statement what decides about one topic: rows instead of entities."""
        session.flush()
        rows = _FOR_TOPIC.rows(session.connection(), {"customer_id": customer.id, "topic": topic_key})
        return cls.of_rows(customer, rows, topic_key)

    @classmethod
    def of_rows(cls, customer: Customer, rows: Iterable[Row], topic_key: str) -> "Standing":
        """Make it of one customer's rows of contact, choice and suppression."""
        contacts: dict[UUID, Row] = {}
        receipts: dict[UUID, dict[str, Row]] = {}
        stopped: dict[str, dict[str, str]] = {}
        for row in rows:
            contacts.setdefault(row.id, row)
            if row.wanted is not None:
                receipts[row.id] = {topic_key: row}
            if row.scope is not None:
                stopped.setdefault(row.email_key, {})[row.scope] = row.reason
        return cls(customer, list(contacts.values()), receipts, stopped, frozenset(one.id for one in contacts.values() if one.daily))

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

    def able(self, contact: Contact, topic: Topic) -> bool:
        """Tell whether nothing about a contact's address stops a topic, whatever the customer's switch says."""
        return not any(is_so for _, is_so, _ in _address_obstacles(contact.bounce_state, self.stopped.get(contact.email_key, {}), topic))

    def verdict(self, contact: Contact, topic: Topic, wanted: bool | None = None) -> Verdict:
        """Judge one contact for a topic; with `wanted`, as it would be if that were chosen."""
        if topic.essential:
            return _essential(contact, topic, self.stopped.get(contact.email_key, {}))
        receipt = self.receipts.get(contact.id, {}).get(topic.key) if wanted is None else None
        wanted = self.wanted(contact, topic) if wanted is None else wanted
        obstacles = self._obstacles(contact, topic)
        rank = "primary" if contact.is_primary else "secondary"
        if wanted and not obstacles:
            sentence = "Switched on." if receipt else f"On for {rank} contacts unless switched off."
            daily = topic.key == "wallet" and contact.id in self.daily
            return Verdict(contact, True, "on", f"{sentence} Movements come once a day." if daily else sentence, receipt, daily)
        if not wanted:
            obstacles = [("off", "Switched off." if receipt else f"Off for {rank} contacts unless switched on."), *obstacles]
        sentence = " ".join(words for _, words in obstacles)
        return Verdict(contact, False, obstacles[0][0], f"{_TICKED}{sentence}" if wanted else sentence, receipt)

    def _obstacles(self, contact: Contact, topic: Topic) -> list[tuple[str, str]]:
        met = (
            ("switch", not self.customer.communications, "Email is switched off for this customer."),
            ("archived", self.customer.archived, "The customer is archived."),
            *_address_obstacles(contact.bounce_state, self.stopped.get(contact.email_key, {}), topic),
            ("unverified", topic.kind == MARKETING and contact.verified_at is None, "The address is not confirmed yet."),
            ("hidden", topic.hidden, "The topic is hidden, so nothing of it is sent."),
        )
        return [(rule, words) for rule, is_so, words in met if is_so]


def of_address(session: Session, email_key: str, topic: Topic) -> Verdict:
    """Judge an address by itself: mail to somebody who is no contact, or mail that nobody can switch off."""
    scopes = select(Suppression.scope, Suppression.reason).where(Suppression.email_key == email_key, Suppression.released_at.is_(None))
    stopped = dict(session.execute(scopes).all())
    if topic.essential:
        return _essential(None, topic, stopped)
    obstacles = [(rule, words) for rule, is_so, words in _address_obstacles("none", stopped, topic) if is_so]
    if obstacles:
        return Verdict(None, False, obstacles[0][0], " ".join(words for _, words in obstacles))
    return Verdict(None, True, "on", "Nothing stops mail to this address.")


def _address_obstacles(bounce_state: str, stopped: Mapping[str, str], topic: Topic) -> tuple[tuple[str, bool, str], ...]:
    """Say of each thing that can be wrong with an address whether it is: dead, unwilling, or on the list."""
    here = {reason for scope, reason in stopped.items() if scope in {"all", topic.kind, topic.key}}
    return (
        ("bounced", bounce_state == "hard" or "bounced" in here, _COMES_BACK),
        ("complained", bounce_state == "complained" or "complained" in here, _UNWANTED),
        ("suppressed", bool(here - {"bounced", "complained"}), _listed(stopped, topic)),
    )


def _listed(stopped: Mapping[str, str], topic: Topic) -> str:
    """Say what an address of the list is not sent: the widest scope that holds here."""
    if "all" in stopped:
        return _LISTED
    return _LISTED_FOR_CLASS.format(topic.kind) if topic.kind in stopped else _LISTED_FOR_TOPIC.format(topic.label)


def _essential(contact: Contact | None, topic: Topic, stopped: Mapping[str, str]) -> Verdict:
    """Judge essential mail: no opt-out and no complaint stops it, a dead address does.

    Writing on to an address that takes no mail harms whoever else we write to there. Only the sign-in link is tried, for a
    person asks for each one: if it arrives, the address lives again.
    """
    if topic.key == "sign_in":
        if contact is not None and contact.portal_role == "none":
            return Verdict(contact, False, "no_role", "Has no access to the portal, so there is nothing to sign in to.")
    elif (contact is not None and contact.bounce_state == "hard") or stopped.get("all") == "bounced":
        return Verdict(contact, False, "bounced", f"{_COMES_BACK} Only a sign-in link that somebody asks for is tried.")
    return Verdict(contact, True, "essential", "Always sent, for your safety.")


def _topic(session: Session, key: str) -> Topic:
    if (topic := topics.find(session, key)) is None:
        raise KeyError(key)
    return topic


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


def _suppressions(session: Session, customer_id: UUID) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for email_key, scope, reason in session.execute(
        select(Suppression.email_key, Suppression.scope, Suppression.reason)
        .join(Contact, Contact.email_key == Suppression.email_key)
        .where(Contact.customer_id == customer_id, Contact.removed_at.is_(None), Suppression.released_at.is_(None))
    ):
        found.setdefault(email_key, {})[scope] = reason
    return found
