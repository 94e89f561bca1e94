"""Acts about a person's own sign-in, in the record: they show in the timeline of every customer that the person belongs to."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.model import AuditEvent, Contact, User


def record(session: Session, user: User, action: str, *, facts: dict | None = None, by: Actor) -> AuditEvent:
    """Write down what was done about a person's sign-in: once at each of their customers, once at none for other people.

    Give the first of the events.
    """
    customers = customers_of(session, user.id) or [None]
    events = [
        audit.record(session, action, by=by, customer_id=customer_id, subject=user, subject_name=user.shown_name, facts=facts)
        for customer_id in customers
    ]
    return events[0]


def customers_of(session: Session, user_id: UUID) -> list[UUID]:
    """List the customers in whose portal a person has a place, the longest known first."""
    found = session.scalars(
        select(Contact.customer_id)
        .where(Contact.user_id == user_id, Contact.removed_at.is_(None), Contact.portal_role != "none")
        .order_by(Contact.created_at, Contact.id)
    )
    return list(dict.fromkeys(found))
