"""Where an operator's role holds: at all business entities, or at some."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.domain.errors import Refusal
from portal.model import BusinessEntity, Membership, User
from portal.values import clock


class OwnersEverywhere(Refusal):
    """An owner is one of the whole business."""

    def __init__(self):
        super().__init__("An owner is one everywhere. Choose all business entities, or another role.", field="entities")


class UnknownEntity(Refusal):
    """There is no such business entity."""

    def __init__(self):
        super().__init__("Choose from the business entities there are.", field="entities")


def set_places(session: Session, user: User, role: str, entities: Collection[UUID]) -> None:
    """Set the role that a person has and where: `entities`, or everywhere when there are none; what was before ends.

    :raises OwnersEverywhere, UnknownEntity: see there.
    """
    wanted = set(entities)
    if wanted and role == "owner":
        raise OwnersEverywhere
    if wanted and len(session.scalars(select(BusinessEntity.id).where(BusinessEntity.id.in_(wanted))).all()) != len(wanted):
        raise UnknownEntity
    end_places(session, user.id, at=clock.now())
    session.add_all(Membership(user_id=user.id, role=role, business_entity_id=entity_id) for entity_id in wanted or {None})
    session.flush()


def end_places(session: Session, user_id: UUID, *, at: datetime) -> None:
    """End all that a person has as an operator."""
    session.execute(
        update(Membership)
        .where(Membership.user_id == user_id, Membership.ended_at.is_(None))
        .values(ended_at=at)
        .execution_options(synchronize_session="fetch")
    )
