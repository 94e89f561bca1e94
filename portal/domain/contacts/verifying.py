"""Noting that somebody reads the mail of a contact's address."""

from sqlalchemy.orm import Session

from portal.domain import communications, topics
from portal.domain.actors import Actor
from portal.domain.contacts.recording import record
from portal.domain.errors import Conflict
from portal.domain.topics import MARKETING
from portal.model import Contact, Customer, EmailMessage
from portal.values import clock


def verify(session: Session, contact: Contact, *, by: Actor) -> bool:
    """Mark a contact's address as confirmed; False when it is already."""
    if contact.verified_at is not None:
        return False
    contact.verified_at = clock.now()
    session.flush()
    record(session, "contact.verified", contact, {"verified": (False, True)}, by=by)
    return True


class ConfirmedAlready(Conflict):
    """There is nothing to confirm."""

    sentence = "The address is confirmed already."


def ask_to_confirm(session: Session, contact: Contact, *, by: Actor) -> EmailMessage | None:
    """Write to a contact's address to have it confirmed, naming the topics that wait for it; None when that was just done.

    :raises ConfirmedAlready: see there.
    """
    if contact.verified_at is not None:
        raise ConfirmedAlready
    customer = session.get_one(Customer, contact.customer_id)
    row = next(row for row in communications.matrix(session, customer) if row.contact.id == contact.id)
    offered = topics.choices(session)
    waiting = [offered[key].label for key, wanted in row.wanted.items() if wanted and offered[key].kind == MARKETING]
    return communications.ask_to_confirm(session, contact, customer, wanted=waiting, by=by)
