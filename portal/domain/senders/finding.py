"""Finding senders: those of each business entity, and one of them."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.domain import business_entities
from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.model import BusinessEntity, Sender

_LIVE = select(Sender).options(joinedload(Sender.business_entity)).where(Sender.ended_at.is_(None))


def all(session: Session, actor: Actor) -> list[tuple[BusinessEntity, list[Sender]]]:
    """List the business entities that an actor reaches with their senders, the default ones first."""
    entities = business_entities.all(session, actor=actor)
    found = session.scalars(
        _LIVE.where(Sender.business_entity_id.in_([one.id for one in entities])).order_by(
            Sender.is_default.desc(), Sender.created_at, Sender.id
        )
    ).all()
    return [(entity, [sender for sender in found if sender.business_entity_id == entity.id]) for entity in entities]


def find(session: Session, actor: Actor, sender_id: UUID) -> Sender:
    """Find a sender, with its business entity, that the actor may see.

    :raises NotFound: when there is none, it is removed, or not the actor's.
    """
    found = session.scalar(_LIVE.where(Sender.id == sender_id))
    if found is None or not actor.reaches(found.business_entity_id):
        raise NotFound("There is no such sender.")
    return found
