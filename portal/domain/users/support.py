"""Whether our support may look at a customer's portal: the customer says."""

from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.model import Customer
from portal.values import clock


def allow_support(session: Session, allowed: bool, *, by: Actor) -> Customer:
    """Switch support's look at the portal on or off, for the actor's own customer.

    :raises NotFound: when the actor belongs to none.
    """
    customer = session.get(Customer, by.customer_id) if by.customer_id else None
    if customer is None:
        raise NotFound
    if customer.support_access != allowed:
        customer.support_access = allowed
        customer.updated_at = clock.now()
        session.flush()
        audit.record(
            session,
            "customer.updated",
            by=by,
            customer_id=customer.id,
            subject=customer,
            subject_name=customer.name,
            changes={"support_access": (not allowed, allowed)},
        )
    return customer
