"""Rows for tests, made straight in the tables so that each test shows what it is about."""

from sqlalchemy.orm import Session

from portal.model import BusinessEntity, Contact, Customer, Sender, User
from portal.values import clock, emails


def entity(session: Session, *, name: str = "Northwind", is_default: bool = True) -> tuple[BusinessEntity, Sender]:
    """Make a business entity and its sender."""
    made = BusinessEntity(
        name=name,
        legal_name=f"{name} Billing GmbH",
        address_line="Torstraße 140, 10119 Berlin",
        country="DE",
        locale="en",
        time_zone="Europe/Berlin",
        currency="EUR",
        is_default=is_default,
    )
    session.add(made)
    session.flush()
    sender = Sender(business_entity_id=made.id, name=name, address=f"billing@{name.lower()}.example", is_default=True)
    session.add(sender)
    session.flush()
    return made, sender


def customer(session: Session, entity: BusinessEntity, *, name: str = "Acme Ltd", email: str | None = None, **columns) -> Customer:
    """Make a customer; its primary contact is made by `primary`."""
    made = Customer(name=name, email=email, email_key=emails.email_key(email) if email else None, business_entity_id=entity.id, **columns)
    session.add(made)
    session.flush()
    return made


def primary(session: Session, customer: Customer, **columns) -> Contact:
    """Make the primary contact of a customer, an owner who can sign in."""
    return contact(session, customer, customer.email, role="owner", is_primary=True, **columns)


def contact(session: Session, customer: Customer, email: str, *, role: str = "none", **columns) -> Contact:
    """Make a contact; with a portal role, also the user who can sign in."""
    made = Contact(customer_id=customer.id, email=email, email_key=emails.email_key(email), portal_role=role, **columns)
    if role != "none":
        user = User(email=email, email_key=made.email_key, name=made.name)
        session.add(user)
        session.flush()
        made.user_id = user.id
        made.verified_at = clock.now()
    session.add(made)
    session.flush()
    return made
