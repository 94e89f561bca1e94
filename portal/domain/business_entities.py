"""Our own legal entities, each of which bills its customers."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import NotFound
from portal.model import BusinessEntity


def all(session: Session) -> list[BusinessEntity]:
    """List them, the default one first, then by name."""
    return list(session.scalars(select(BusinessEntity).order_by(BusinessEntity.is_default.desc(), BusinessEntity.name, BusinessEntity.id)))


def default(session: Session) -> BusinessEntity:
    """Give the one that bills where none is chosen.

    :raises NotFound: when Portal has not been set up with one.
    """
    found = session.scalar(select(BusinessEntity).where(BusinessEntity.is_default))
    if found is None:
        raise NotFound("There is no business entity yet that could bill anybody.")
    return found


def find(session: Session, entity_id: UUID) -> BusinessEntity:
    """Find one by its ID.

    :raises NotFound: when there is none.
    """
    found = session.get(BusinessEntity, entity_id)
    if found is None:
        raise NotFound("There is no such business entity.")
    return found
