"""Finding definitions, and who holds values of them."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.errors import NotFound
from portal.model import CustomAttribute, Customer

_ORDER = (CustomAttribute.position, CustomAttribute.id)


def all(session: Session) -> list[CustomAttribute]:
    """List the definitions in their order."""
    return list(session.scalars(select(CustomAttribute).order_by(*_ORDER)))


def of_entity(session: Session, entity_id: UUID) -> list[CustomAttribute]:
    """List the definitions that hold for a business entity's customers in their order: its own, and those of all entities."""
    own = CustomAttribute.business_entity_id.is_(None) | (CustomAttribute.business_entity_id == entity_id)
    with session.no_autoflush:
        return list(session.scalars(select(CustomAttribute).where(own).order_by(*_ORDER)))


def find(session: Session, attribute_id: UUID) -> CustomAttribute:
    """Find a definition by its ID.

    :raises NotFound: when there is none.
    """
    found = session.get(CustomAttribute, attribute_id)
    if found is None:
        raise NotFound("There is no such attribute.")
    return found


def holders(session: Session, key: str) -> int:
    """Count the customers that hold a value under a key, whether or not an attribute of this key is defined."""
    return session.scalar(select(func.count()).select_from(Customer).where(Customer.attributes[key].as_string().is_not(None)))
