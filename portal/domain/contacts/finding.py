"""Finding a customer's contacts."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import reach
from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.model import Contact, Customer

RESTORABLE_FOR = timedelta(hours=1)
"""So long after it a removal or a merge can be undone."""


def of_customer(session: Session, customer_id: UUID) -> list[Contact]:
    """List a customer's live contacts, the primary first."""
    return list(
        session.scalars(
            select(Contact)
            .where(Contact.customer_id == customer_id, Contact.removed_at.is_(None))
            .order_by(Contact.is_primary.desc(), Contact.id)
        )
    )


def find(session: Session, actor: Actor, customer_id: UUID, contact_id: UUID) -> Contact:
    """Find a live contact that the actor may reach.

    :raises NotFound: when there is none, or it is another customer's.
    """
    reach.demand(session, actor, customer_id)
    contact = session.get(Contact, contact_id)
    if contact is None or contact.customer_id != customer_id or contact.removed_at:
        raise NotFound
    return contact


def holder(session: Session, customer_id: UUID, email_key: str) -> Contact | None:
    """Find the live contact of a customer with an address, by its key."""
    return session.scalar(
        select(Contact).where(Contact.customer_id == customer_id, Contact.email_key == email_key, Contact.removed_at.is_(None))
    )


def hold(session: Session, customer_id: UUID) -> None:
    """Hold the customer's row: of two who add one address, or who both leave, the second sees what the first did."""
    session.flush()
    session.execute(select(Customer.id).where(Customer.id == customer_id).with_for_update(key_share=True))
