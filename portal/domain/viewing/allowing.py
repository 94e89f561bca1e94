"""The customer's own switch for visits."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.viewing.visiting import end
from portal.model import BrowserSession, Customer
from portal.values import clock


def allow(session: Session, customer: Customer, wanted: bool, *, by: Actor) -> bool:
    """Switch visits by support on or off; off ends those under way. Tell whether that was a change."""
    session.flush()
    session.refresh(customer, attribute_names=["support_access", "version"], with_for_update=True)
    if customer.support_access == wanted:
        return False
    customer.support_access, customer.updated_at = wanted, clock.now()
    session.flush()
    audit.record(
        session,
        "customer.support_access",
        by=by,
        customer_id=customer.id,
        subject=customer,
        subject_name=customer.name,
        changes={"support_access": (not wanted, wanted)},
    )
    if not wanted:
        running = select(BrowserSession).where(
            BrowserSession.viewing_customer_id == customer.id, BrowserSession.side == "view", BrowserSession.ended_at.is_(None)
        )
        for row in session.scalars(running):
            end(session, row, why="switched off by the customer", by=by)
    return True
