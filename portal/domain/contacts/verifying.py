"""Noting that somebody reads the mail of a contact's address."""

from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.contacts.recording import record
from portal.model import Contact
from portal.values import clock


def verify(session: Session, contact: Contact, *, by: Actor) -> bool:
    """Mark a contact's address as confirmed; False when it is already."""
    if contact.verified_at is not None:
        return False
    contact.verified_at = clock.now()
    session.flush()
    record(session, "contact.verified", contact, {"verified": (False, True)}, by=by)
    return True
