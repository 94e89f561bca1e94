"""What follows a person's address: their contacts, and the customers whose own address it is."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from portal.domain import audit, customers, search
from portal.domain.actors import Actor
from portal.domain.contacts.finding import holder
from portal.domain.contacts.recording import record, set_address
from portal.domain.email_changes.refusals import AddressTaken
from portal.model import Contact, Customer, User
from portal.values import clock, emails


def of_user(session: Session, user: User) -> list[Contact]:
    """List the contacts that are this person under the present address, their customers loaded."""
    own = (Contact.user_id == user.id, Contact.email_key == user.email_key, Contact.removed_at.is_(None))
    return list(session.scalars(select(Contact).options(joinedload(Contact.customer)).where(*own).order_by(Contact.id)))


def sole_customer(session: Session, user_id: UUID) -> UUID | None:
    """Give the one customer where the person is known, None where there are several or none."""
    found = session.scalars(
        select(Contact.customer_id).where(Contact.user_id == user_id, Contact.removed_at.is_(None)).distinct().limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def taken(session: Session, user: User, address: str) -> bool:
    """Tell whether an address cannot become this person's: somebody signs in with it, or a place of theirs has it already.

    All is looked up in any case, so that the time it takes does not say whether somebody has it.
    """
    key = emails.email_key(address)
    found = [session.scalar(select(User.id).where(User.email_key == key, User.id != user.id))]
    for contact in of_user(session, user):
        found.append(holder(session, contact.customer_id, key))
        if contact.is_primary:
            other = select(Customer.id).where(Customer.email_key == key, Customer.id != contact.customer_id)
            found.append(session.scalar(other))
    return any(found)


def move(session: Session, user: User, address: str, *, by: Actor) -> None:
    """Give a person another address, that was shown to be theirs; their contacts follow, and a primary contact's customer.

    :raises AddressTaken: when somebody else has come to have it.
    """
    followers = of_user(session, user)
    before = user.email
    if taken(session, user, address):
        raise AddressTaken
    try:
        with session.begin_nested():
            user.email, user.email_key = address, emails.email_key(address)
            for contact in followers:
                set_address(contact, address)
                contact.verified_at = clock.now()
            session.flush()
            for contact in followers:
                if contact.is_primary:
                    customers.change(session, contact.customer, {"email": address}, version=None, by=by)
    except (IntegrityError, customers.Taken):  # somebody took it at this very moment
        raise AddressTaken from None
    for contact in followers:
        record(session, "contact.changed", contact, {"email": (before, address)}, by=by)
    search.index(session, [contact.customer_id for contact in followers])
    audit.record(session, "user.changed", by=by, subject=user, subject_name=user.shown_name, changes={"email": (before, address)})
