"""Customers, through what an actor may see."""

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.model import Customer

_ONE = (
    select(Customer)
    .where(Customer.id == bindparam("customer_id"))
    .options(joinedload(Customer.business_entity), joinedload(Customer.parent))
)


def find(session: Session, actor: Actor, customer_id: UUID) -> Customer:
    """Find a customer, its business entity and parent loaded.

    :raises NotFound: when there is none, or the actor belongs to another.
    """
    if actor.customer_id not in {None, customer_id}:
        raise NotFound
    customer = session.scalar(_ONE, {"customer_id": customer_id})
    if customer is None:
        raise NotFound
    return customer
