"""Archiving: the customer leaves the lists, everything is kept, and it can come back."""

from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.model import Customer
from portal.values import clock


def archive(session: Session, customer: Customer, *, reason: str = "", by: Actor) -> Customer:
    """Archive a customer, money in its wallets or not; an archived one stays as it is."""
    if customer.archived:
        return customer
    customer.status, customer.archived_at = "archived", clock.now()
    return _record(session, customer, "customer.archived", ("active", "archived"), reason, by=by)


def restore(session: Session, customer: Customer, *, by: Actor) -> Customer:
    """Bring an archived customer back; an active one stays as it is."""
    if not customer.archived:
        return customer
    customer.status, customer.archived_at = "active", None
    return _record(session, customer, "customer.restored", ("archived", "active"), "", by=by)


def _record(session: Session, customer: Customer, action: str, change: tuple[str, str], reason: str, *, by: Actor) -> Customer:
    customer.updated_at = clock.now()
    session.flush()
    audit.record(
        session,
        action,
        by=by,
        customer_id=customer.id,
        subject=customer,
        subject_name=customer.name,
        changes={"status": change},
        facts={"version": customer.version} | ({"reason": reason} if reason else {}),
    )
    return customer
