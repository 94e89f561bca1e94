"""Messages: written with the act that causes them, one row a person; the outbox sends them (see outbox.py)."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.domain import communications
from portal.domain.errors import Refusal
from portal.domain.kept import Kept
from portal.domain.letters import LETTERS
from portal.domain.letters.phrases import Phrase, in_english, say
from portal.domain.loaded import loaded
from portal.domain.topics import TOPICS, Topic
from portal.model import BusinessEntity, Contact, Customer, EmailMessage, Sender
from portal.values import clock, ids
from portal.values.emails import email_key

MOVEMENTS = frozenset({"wallet_credited", "wallet_debited"})
"""The letters that whoever chose so has once a day, in one (see portal.domain.digests)."""
_table = EmailMessage.__table__
_ADD = {
    dialect.dialect.name: Kept(dialect.insert(_table).on_conflict_do_nothing(index_elements=[_table.c.dedup_key]).returning(_table.c.id))
    for dialect in (sqlite, postgresql)
}
"""One statement looks for the key and writes: of two who use the same key at once, one gets no row."""

_SENDER = (
    select(Sender.id, BusinessEntity.locale, BusinessEntity.time_zone)
    .join_from(BusinessEntity, Sender, Sender.business_entity_id == BusinessEntity.id)
    .where(Sender.is_default)
)
_SENDER_OF = Kept(_SENDER.where(BusinessEntity.id == bindparam("entity_id")))
_SENDER_OF_DEFAULT = Kept(_SENDER.where(BusinessEntity.is_default))


_CUSTOMER = Kept(
    select(
        *(Customer.id, Customer.name, Customer.communications, Customer.locale, Customer.time_zone, Customer.business_entity_id),
        (Customer.status == "archived").label("archived"),
    ).where(Customer.id == bindparam("customer_id"))
)


class NoSender(Refusal):
    """The business entity has no identity to write from."""

    sentence = "No sender is set up for this business entity, so no mail can go out."


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """One person who is written to."""

    address: str
    name: str = ""
    contact_id: UUID | None = None
    user_id: UUID | None = None
    customer_id: UUID | None = None
    locale: str = "en"
    time_zone: str = "UTC"


def queue(
    session: Session,
    letter: str,
    *,
    to: Recipient,
    facts: Mapping[str, object],
    links: Mapping[str, dict] | None = None,
    why: str | Phrase,
    key: str,
    entity_id: UUID | None = None,
) -> EmailMessage | None:
    """Write a message to the outbox, in the transaction of the act that causes it; None when `key` was used before.

    `facts` are what the letter says (money in minor units, times ISO), and hold no secrets; `links` maps the letter's
    link names to {purpose, target, request_id, topic}: their tokens are made when it is sent. `why` the person gets it is
    said in their language in the letter, and kept in English in the log.

    :raises NoSender: when there is nobody to write as.
    """
    session.flush()
    return _write(session, _sender(session, entity_id).id, letter, to=to, facts=facts, links=links or {}, why=why, key=key)


def written_to(session: Session, customer_id: UUID) -> Row:
    """Give a customer who is written to: a row of what decides about mail and how it is said."""
    session.flush()
    return _CUSTOMER.rows(session.connection(), {"customer_id": customer_id})[0]


def tell(
    session: Session,
    customer: Customer | Row,
    topic: str,
    letter: str,
    *,
    facts: Mapping[str, object],
    links: Mapping[str, dict] | None = None,
    key: str,
) -> list[EmailMessage]:
    """Write a message to every contact of a customer who will get the topic; `key` is told apart by contact.

    The customer is an object, or a row of `written_to`.

    :raises NoSender: when somebody will, and there is nobody to write as.
    """
    verdicts = communications.addressees(session, customer, topic)
    contacts = [verdict.contact for verdict in verdicts if verdict.will and not (verdict.daily and letter in MOVEMENTS)]
    if not contacts:
        return []
    entity = _sender(session, customer.business_entity_id)
    made = [
        _write(
            session,
            entity.id,
            letter,
            to=recipient(contact, customer, entity),
            facts={"customer_name": customer.name, "contact_name": contact.first_name or contact.last_name or contact.email, **facts},
            links=links_for(contact, links or {}),
            why=why_of(customer.name, TOPICS[topic], primary=contact.is_primary),
            key=f"{key}:{contact.id}",
        )
        for contact in contacts
    ]
    return [message for message in made if message is not None]


def _write(
    session: Session, sender_id: UUID, letter: str, *, to: Recipient, facts: Mapping, links: Mapping, why: str | Phrase, key: str
) -> EmailMessage | None:
    """Write one row, past the session's unit of work."""
    topic = TOPICS[LETTERS[letter].topic]
    row = row_of(sender_id, letter, topic, to=to, facts=facts, links=links, why=why, key=key)
    connection = session.connection()
    if _ADD[connection.dialect.name].first(connection, row) is None:
        return None
    return loaded(session, EmailMessage, row)


def row_of(
    sender_id: UUID, letter: str, topic: Topic, *, to: Recipient, facts: Mapping, links: Mapping, why: str | Phrase, key: str
) -> dict[str, object]:
    """Give the columns of a message that waits to be sent."""
    wanted = dict(links)
    if not topic.essential and to.contact_id is not None:
        wanted |= {"preferences": {"purpose": "preferences"}, "unsubscribe": {"purpose": "unsubscribe", "topic": topic.key}}
        wanted["view"] = {"purpose": "message"}
    now = clock.now()
    return {
        "id": ids.new_id(),
        "customer_id": to.customer_id,
        "contact_id": to.contact_id,
        "user_id": to.user_id,
        "sender_id": sender_id,
        "to_address": to.address,
        "to_key": email_key(to.address),
        "to_name": to.name,
        "letter": letter,
        "topic": topic.key,
        "locale": to.locale,
        "time_zone": to.time_zone,
        "facts": {**facts, "why": why},
        "links": wanted,
        "why": in_english(why)[:255],
        "subject": "",
        "subject_key": "",
        "again_of_id": None,
        "dedup_key": key,
        "state": "queued",
        "rule": "",
        "attempts": 0,
        "next_attempt_at": now,
        "claimed_until": None,
        "claim_id": None,
        "reply": "",
        "language": "",
        "from_name": "",
        "from_address": "",
        "reply_to": "",
        "signed_by": "",
        "from_note": "",
        "message_id": "",
        "provider_ref": "",
        "created_at": now,
        "sent_at": None,
    }


def recipient(contact: Contact | Row, customer: Customer | Row, entity: BusinessEntity | Row) -> Recipient:
    """Make the recipient for a contact: its locale and zone, else the customer's, else the business entity's."""
    return Recipient(
        address=contact.email,
        name=" ".join(filter(None, (contact.first_name, contact.last_name))),
        contact_id=contact.id,
        user_id=contact.user_id,
        customer_id=customer.id,
        locale=contact.locale or customer.locale or entity.locale,
        time_zone=contact.time_zone or customer.time_zone or entity.time_zone,
    )


def links_for(contact: Contact | Row, links: Mapping[str, dict]) -> dict[str, dict]:
    """Give the links as they are for this contact: one without a way into the portal gets plain ones, that sign nobody in."""
    if contact.portal_role != "none":
        return dict(links)
    return {name: {**link, "purpose": "plain"} if link["purpose"] == "sign_in" else link for name, link in links.items()}


def why_of(customer_name: str, topic: Topic, *, primary: bool) -> Phrase:
    """Say why the primary contact of a customer, or another, gets a letter of a topic."""
    places = {"customer": customer_name, "topic": say(topic.words)}
    # Translators: at the foot of a letter; {topic} as it stands inside a sentence, in quotation marks where the language needs it
    if primary and topic.singular:
        return say("You get this as primary contact of {customer}, because {topic} is on.", **places)
    if primary:
        return say("You get this as primary contact of {customer}, because {topic} are on.", **places)
    if topic.singular:
        return say("You get this as contact of {customer}, because {topic} is on.", **places)
    return say("You get this as contact of {customer}, because {topic} are on.", **places)


def _sender(session: Session, entity_id: UUID | None) -> Row:
    """Find the default sender of a business entity, of the default one where none is given; with the entity's locale and zone."""
    statement, values = (_SENDER_OF, {"entity_id": entity_id}) if entity_id else (_SENDER_OF_DEFAULT, {})
    if (sender := statement.first(session.connection(), values)) is None:
        raise NoSender
    return sender
