"""Whom an actor reaches: a customer's people their own customer, operators all or those of some business entities."""

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.model import Customer


def demand(session: Session, actor: Actor, customer_id: UUID | None) -> None:
    """Go on only where the actor reaches a customer; what belongs to none (None) is reached by whoever reaches all.

    :raises NotFound: where they do not: what is not one's own is not there.
    """
    if actor.customer_id is not None and actor.customer_id != customer_id:
        raise NotFound
    if actor.entity_ids is None:
        return
    entity_id = session.scalar(select(Customer.business_entity_id).where(Customer.id == customer_id)) if customer_id else None
    if entity_id is None or entity_id not in actor.entity_ids:
        raise NotFound


def within(actor: Actor, customer_id: InstrumentedAttribute) -> tuple[ColumnElement[bool], ...]:
    """Give the conditions that keep a statement to the customers an operator reaches; none for one who reaches all."""
    if actor.entity_ids is None:
        return ()
    return (customer_id.in_(select(Customer.id).where(Customer.business_entity_id.in_(actor.entity_ids))),)
