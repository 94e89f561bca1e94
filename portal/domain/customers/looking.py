"""A customer as a page shows one: a row, at a fraction of what an object costs that could be changed."""

from collections import namedtuple
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.kept import Kept
from portal.model import BusinessEntity, Customer

_COLUMNS = tuple(Customer.__table__.columns)
_Parent = aliased(Customer)


class Entity(NamedTuple):
    """The business entity that bills a customer, and what it decides where the customer says nothing."""

    legal_name: str
    locale: str
    time_zone: str
    currency: str


class Parent(NamedTuple):
    """The customer above one."""

    id: UUID
    name: str


class CustomerRow(namedtuple("CustomerRow", [*(column.key for column in _COLUMNS), "business_entity", "parent"])):
    """The columns of a customer under their own names, with its business entity, and its parent or None."""

    __slots__ = ()

    @property
    def archived(self) -> bool:
        return self.status == "archived"


_ONE = Kept(
    select(
        *_COLUMNS,
        *(getattr(BusinessEntity, name).label(f"entity_{name}") for name in Entity._fields),
        *(getattr(_Parent, name).label(f"parent_{name}") for name in Parent._fields),
    )
    .select_from(Customer)
    .join(BusinessEntity, BusinessEntity.id == Customer.business_entity_id)
    .outerjoin(_Parent, _Parent.id == Customer.parent_id)
    .where(Customer.id == bindparam("customer_id"))
)


def look(session: Session, actor: Actor, customer_id: UUID) -> CustomerRow:
    """Give a customer to be shown.

    :raises NotFound: when there is none, or the actor belongs to another, or is limited to other business entities.
    """
    if actor.customer_id not in {None, customer_id}:
        raise NotFound
    row = _ONE.first(session.connection(), {"customer_id": customer_id})
    if row is None or not actor.reaches(row.business_entity_id):
        raise NotFound
    own, entity, parent = row[: len(_COLUMNS)], row[len(_COLUMNS) : -2], row[-2:]
    return CustomerRow(*own, Entity(*entity), Parent(*parent) if parent[0] is not None else None)
