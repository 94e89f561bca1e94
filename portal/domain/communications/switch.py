"""The master switch: off means nothing but essential mail goes to anyone at the customer."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.model import Customer


def set_communications(session: Session, customer: Customer, on: bool, *, by: Actor) -> None:
    """Turn the customer's master switch; what each contact chose is kept."""
    session.flush()
    session.execute(select(Customer.id).where(Customer.id == customer.id).with_for_update(key_share=True))
    session.refresh(customer, ["communications", "version"])
    if customer.communications != on:
        customer.communications = on
        session.flush()
        audit.record(
            session,
            "customer.communications",
            by=by,
            customer_id=customer.id,
            subject=customer,
            subject_name=customer.name,
            changes={"communications": (not on, on)},
        )
