"""Making another contact the primary one: the customer's own email follows."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import customers
from portal.domain.actors import Actor
from portal.domain.contacts.finding import hold
from portal.domain.contacts.refusals import OwnersOnly, PrimaryUnreachable
from portal.domain.errors import NotFound
from portal.model import Contact, Customer


def make_primary(session: Session, contact: Contact, *, by: Actor) -> Contact | None:
    """Make a contact the primary one of its customer; give the one that was, who stays as a secondary contact.

    The customer's email becomes the contact's; one without access to the portal becomes an owner, for somebody has to be.
    No billing topic loses its readers by it.

    :raises PrimaryUnreachable: when mail to the address comes back.
    :raises OwnersOnly: when a billing manager would make an owner by it.
    :raises customers.Taken: when the address is another customer's own.
    """
    hold(session, contact.customer_id)
    session.refresh(contact)
    if contact.removed_at is not None:
        raise NotFound
    if contact.is_primary:
        return None
    if contact.bounce_state in ("hard", "complained"):
        raise PrimaryUnreachable
    if by.kind == "customer" and not by.may("account.people") and contact.portal_role == "none":
        raise OwnersOnly
    former = session.scalar(select(Contact).where(Contact.customer_id == contact.customer_id, Contact.is_primary))
    customers.change(session, session.get_one(Customer, contact.customer_id), {"email": contact.email}, version=None, by=by)
    return former
