"""Our own legal entities, each of which bills its customers."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.model import BusinessEntity


def all(session: Session, *, actor: Actor | None = None) -> list[BusinessEntity]:
    """List them, or those that an actor reaches, the default one first, then by name."""
    found = session.scalars(select(BusinessEntity).order_by(BusinessEntity.is_default.desc(), BusinessEntity.name, BusinessEntity.id))
    return [one for one in found if actor is None or actor.reaches(one.id)]


def default(session: Session, *, actor: Actor | None = None) -> BusinessEntity:
    """Give the one that bills where none is chosen; the first one that an actor reaches, where they do not reach that.

    :raises NotFound: when Portal has not been set up with one.
    """
    found = session.scalar(select(BusinessEntity).where(BusinessEntity.is_default))
    if found is not None and actor is not None and not actor.reaches(found.id):
        return all(session, actor=actor)[0]
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
