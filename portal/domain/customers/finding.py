"""Customers, through what an actor may see."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from portal.domain import reach
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

    :raises NotFound: when there is none, or the actor belongs to another, or is limited to other business entities.
    """
    if actor.customer_id not in {None, customer_id}:
        raise NotFound
    customer = session.scalar(_ONE, {"customer_id": customer_id})
    if customer is None or not actor.reaches(customer.business_entity_id):
        raise NotFound
    return customer


def id_of(session: Session, actor: Actor, text: str) -> UUID | None:
    """Find the id of a customer that the actor reaches, by the customer ID or by our own; None when there is none."""
    try:
        own = Customer.id == UUID(text)
    except ValueError:
        own = Customer.external_id == text
    return session.scalar(select(Customer.id).where(own, *reach.within(actor, Customer.id)))


def names(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    """Name customers by id."""
    return dict(session.execute(select(Customer.id, Customer.name).where(Customer.id.in_(ids))).all()) if ids else {}
