"""The primary contact, which follows the customer's own email."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import communications
from portal.domain.actors import Actor
from portal.domain.contacts.finding import holder
from portal.domain.contacts.recording import record, set_address
from portal.model import Contact, Customer
from portal.values import clock, emails


def sync_primary(session: Session, customer: Customer, *, by: Actor) -> Contact | None:
    """Make the primary contact equal to the customer's own email.

    A contact that has the address already is promoted. A primary who never signed in is taken to be the same person
    with a corrected address; one who did stays, as a secondary contact. No billing topic loses its readers by it.
    """
    primary = session.scalar(select(Contact).where(Contact.customer_id == customer.id, Contact.is_primary))
    if primary is not None and primary.email_key == customer.email_key:
        primary.email = customer.email
        return primary
    heir = holder(session, customer.id, customer.email_key) if customer.email_key else None
    if primary is None and heir is None:
        return _first_primary(session, customer, by=by) if customer.email_key else None
    if primary is not None and heir is None and customer.email_key and primary.user_id is None:
        return _correct(session, primary, customer.email, by=by)
    before = communications.readers(session, customer)
    if primary is not None:
        primary.is_primary, primary.updated_at = False, clock.now()
        session.flush()
        record(session, "contact.changed", primary, {"is_primary": (True, False)}, by=by)
    if heir is not None:
        _promote(session, heir, by=by)
    elif customer.email_key:
        heir = _first_primary(session, customer, by=by)
    communications.keep_readers(session, customer, before, by=by)
    return heir


def _first_primary(session: Session, customer: Customer, *, by: Actor) -> Contact:
    made = Contact(
        customer_id=customer.id, email=customer.email, email_key=emails.email_key(customer.email), portal_role="owner", is_primary=True
    )
    session.add(made)
    session.flush()
    record(
        session, "contact.added", made, {"email": (None, made.email), "portal_role": (None, "owner"), "is_primary": (False, True)}, by=by
    )
    return made


def _correct(session: Session, primary: Contact, address: str, *, by: Actor) -> Contact:
    before, read = primary.email, communications.readers_of(session, [primary.customer_id])
    set_address(primary, address)
    communications.succeed(session, read, communications.not_written_to(address), by=by)
    record(session, "contact.changed", primary, {"email": (before, address)}, by=by)
    return primary


def _promote(session: Session, heir: Contact, *, by: Actor) -> None:
    changes: dict[str, tuple[object, object]] = {"is_primary": (False, True)}
    heir.is_primary, heir.updated_at = True, clock.now()
    if heir.portal_role == "none":
        heir.portal_role, changes["portal_role"] = "owner", ("none", "owner")
    session.flush()
    record(session, "contact.changed", heir, changes, by=by)
