"""What every change of a contact does to the row and the record."""

from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.model import Contact
from portal.values import clock, emails


def record(session: Session, action: str, contact: Contact, changes: dict[str, tuple[object, object]], *, by: Actor) -> None:
    """Write the event of an act on a contact."""
    audit.record(session, action, by=by, customer_id=contact.customer_id, subject=contact, subject_name=contact.name, changes=changes)


def set_address(contact: Contact, address: str) -> None:
    """Set the address; it has to be confirmed anew, and whether mail comes back is not known any more."""
    contact.email, contact.email_key, contact.updated_at = address, emails.email_key(address), clock.now()
    contact.verified_at, contact.bounce_state, contact.bounced_at = None, "none", None
