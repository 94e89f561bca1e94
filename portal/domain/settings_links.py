"""Mailing somebody the link to what we send them, asked for by typing an address or by holding a link that has run out.

Whoever types an address learns nothing: the same work is done and the same answer given, whether it is known or not.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, joinedload

from portal.domain import audit, communications, messages, throttles
from portal.domain.actors import Actor
from portal.domain.letters.phrases import say
from portal.domain.sign_in.asking import MAILS, too_many
from portal.domain.users import NOBODY
from portal.model import BusinessEntity, Contact, Customer, EmailLink, EmailMessage
from portal.values import clock, emails, ids, tokens

LETTER = "settings_link"
OTHERS = 20


@dataclass(frozen=True)
class Ended:
    """A link that works no more, whose address is still that of a live contact."""

    link: EmailLink
    contact: Contact
    customer: Customer

    @property
    def masked(self) -> str:
        return emails.mask_email(self.contact.email)


def ask(session: Session, email: str, *, by: Actor) -> int:
    """Queue the link for an address, when it is a contact's; give 0, or the seconds that this network has to wait.

    At most three mails go to an address in 15 minutes; a fourth is not sent, and nobody is told.
    """
    if seconds := too_many(session, by.ip):
        return seconds
    key = emails.email_key(email)
    counted_by = throttles.by_address(key)
    throttles.in_turn(session, counted_by)
    mailing = throttles.count(session, MAILS, counted_by) < MAILS.free
    found = _first(session, key)
    audit.record(
        session, "settings_link.asked", by=by, customer_id=found.customer_id if found else None, subject_name=emails.mask_email(key)
    )
    session.flush()
    if mailing:
        throttles.note(session, MAILS, counted_by)
        _queue(session, found, key)
    return 0


def ended(session: Session, token: str, purpose: str) -> Ended | None:
    """Find what a link that works no more was for; None when it is nobody's, or went to an address that was given up since."""
    row = session.execute(
        select(EmailLink, Contact, Customer, EmailMessage.to_key)
        .join(Contact, Contact.id == EmailLink.contact_id)
        .join(Customer, Customer.id == Contact.customer_id)
        .options(joinedload(Customer.business_entity))
        .outerjoin(EmailMessage, EmailMessage.id == EmailLink.message_id)
        .where(EmailLink.digest == tokens.digest(token), EmailLink.purpose == purpose, Contact.removed_at.is_(None))
    ).first()
    if row is None or (row.to_key is not None and row.to_key != row.Contact.email_key):
        return None
    return Ended(row.EmailLink, row.Contact, row.Customer)


def renew(session: Session, found: Ended, *, by: Actor) -> int:
    """Mail a fresh link to the address that an ended one went to; give 0, or the seconds to wait."""
    if seconds := too_many(session, by.ip) or throttles.admit(session, (MAILS, throttles.by_address(found.contact.email_key))):
        return seconds
    audit.record(session, "settings_link.asked", by=by, customer_id=found.customer.id, subject_name=found.masked)
    if found.link.purpose == "verify_address" and found.contact.verified_at is None:
        communications.ask_to_confirm(session, found.contact, found.customer, by=by)
    else:
        _queue(session, _first(session, found.contact.email_key, found.contact.id), found.contact.email_key)
    return 0


def others(session: Session, link: EmailLink, contact: Contact) -> list[Row]:
    """List where else the holder of a link is a contact that was mailed because they asked: rows of (contact id, customer name).

    Any other link may have been forwarded, and tells of its own customer only.
    """
    letter = session.scalar(select(EmailMessage.letter).where(EmailMessage.id == link.message_id)) if link.message_id else None
    if letter != LETTER:
        return []
    return list(
        session.execute(
            select(Contact.id, Customer.name)
            .join(Customer, Customer.id == Contact.customer_id)
            .where(
                Contact.email_key == contact.email_key,
                Contact.id != contact.id,
                Contact.removed_at.is_(None),
                Customer.erased_at.is_(None),
            )
            .order_by(Customer.name_key, Contact.id)
            .limit(OTHERS)
        )
    )


def _first(session: Session, key: str, contact_id: UUID | None = None) -> Row | None:
    """Find the contact of an address that is written to: the named one, else that of the first customer by name."""
    statement = (
        select(
            Contact.id,
            Contact.customer_id,
            Contact.email,
            Contact.first_name,
            Contact.last_name,
            Contact.locale,
            Contact.time_zone,
            Customer.business_entity_id,
            Customer.locale.label("customer_locale"),
            Customer.time_zone.label("customer_zone"),
            BusinessEntity.locale.label("entity_locale"),
            BusinessEntity.time_zone.label("entity_zone"),
        )
        .join(Customer, Customer.id == Contact.customer_id)
        .join(BusinessEntity, BusinessEntity.id == Customer.business_entity_id)
        .where(Contact.email_key == key, Contact.removed_at.is_(None), Customer.erased_at.is_(None))
        .order_by(Customer.name_key, Contact.id)
        .limit(1)
    )
    return session.execute(statement.where(Contact.id == contact_id) if contact_id else statement).first()


def _queue(session: Session, found: Row | None, key: str) -> None:
    """Queue the mail. Where the address leads nowhere all the same is done, and taken back: the time it takes says nothing."""
    with session.begin_nested() as trial:
        messages.queue(
            session,
            LETTER,
            to=messages.Recipient(
                address=found.email if found else key,
                name=" ".join(filter(None, (found.first_name, found.last_name))) if found else "",
                contact_id=found.id if found else None,
                customer_id=found.customer_id if found else None,
                locale=(found.locale or found.customer_locale or found.entity_locale) if found else "en",
                time_zone=(found.time_zone or found.customer_zone or found.entity_zone) if found else "UTC",
            ),
            facts={"name": (found.first_name or found.last_name) if found else "", "asked_at": clock.now().isoformat()},
            links={"preferences": {"purpose": "preferences"}},
            why=say("You get this because somebody asked for the link to what we send to this address."),
            key=f"settings-link:{found.id if found else NOBODY}:{ids.new_id()}",
            entity_id=found.business_entity_id if found else None,
        )
        if found is None:
            trial.rollback()
