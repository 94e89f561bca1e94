"""Operators' roles: changed, limited, taken away and given back, which ends what they have open."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain import audit, roles, sessions
from portal.domain.actors import Actor
from portal.domain.errors import NotFound, Refusal
from portal.domain.users.finding import membership_of, memberships_of
from portal.domain.users.inviting import revoke_invites
from portal.domain.users.limits import end_places, set_places
from portal.model import BusinessEntity, Membership, User
from portal.values import clock


class LastOwner(Refusal):
    """The last owner cannot go: nobody could give anybody rights any more."""

    sentence = "This is the last owner. Make somebody else an owner first."


def change_role(session: Session, user: User, role: str, *, entities: Collection[UUID] | None = None, by: Actor) -> Membership:
    """Give an operator another role, or other business entities to have it at (None: as they are); all their sessions end.

    :raises NotFound: when they are no operator. :raises LastOwner, UnknownRole, MoreThanYours, OwnersEverywhere: see there.
    """
    held = _held(session, user, by=by)
    wanted = roles.find(session, role, hold=True)
    roles.refuse_more_than(by, wanted.words)
    before = {one.business_entity_id for one in memberships_of(session, user.id)}
    after = before if entities is None else set(entities) or {None}
    if held.role == wanted.key and after == before:
        return held
    if wanted.key != "owner":
        _keep_an_owner(session, held)
    changes = audit.differences(
        {"role": roles.name_of(session, held.role), "entities": _named(session, before)},
        {"role": wanted.name, "entities": _named(session, after)},
    )
    set_places(session, user, wanted.key, after - {None})
    sessions.end(session, user.id, why="role changed")
    audit.record(session, "operator.changed", by=by, subject=user, subject_name=user.shown_name, changes=changes)
    return membership_of(session, user.id)


def deactivate(session: Session, user: User, *, by: Actor) -> None:
    """Let a person sign in no more; their sessions end now.

    :raises LastOwner: when nobody else is an owner. :raises MoreThanYours: when they may do what the actor may not.
    """
    now = clock.now()
    if membership_of(session, user.id) is not None:
        _keep_an_owner(session, _held(session, user, by=by))
        end_places(session, user.id, at=now)
    user.deactivated_at = now
    session.flush()
    revoke_invites(session, user.id)
    sessions.end(session, user.id, why="deactivated")
    audit.record(session, "user.deactivated", by=by, subject=user, subject_name=user.shown_name)


def reactivate(session: Session, user: User, *, by: Actor) -> None:
    """Give a deactivated operator back the role they had, where they had it.

    :raises NotFound: when there is nothing to give back. :raises UnknownRole, MoreThanYours: see there.
    """
    session.refresh(user, with_for_update=True)
    ended = session.scalars(select(Membership).where(Membership.user_id == user.id).order_by(Membership.ended_at.desc())).all()
    if user.deactivated_at is None or not ended:
        raise NotFound
    last = [one for one in ended if one.ended_at == ended[0].ended_at]
    role = roles.find(session, last[0].role, hold=True)
    roles.refuse_more_than(by, role.words)
    user.deactivated_at = None
    set_places(session, user, role.key, {one.business_entity_id for one in last} - {None})
    audit.record(session, "user.reactivated", by=by, subject=user, subject_name=user.shown_name, facts={"role": role.key})


def _held(session: Session, user: User, *, by: Actor) -> Membership:
    """Give the role that an operator has, to somebody who may take it away."""
    held = membership_of(session, user.id)
    if held is None:
        raise NotFound
    made = roles.row_of(session, held.role)
    roles.refuse_more_than(by, roles.words_of(held.role, made.permissions if made else None))
    return held


def _named(session: Session, entities: set[UUID | None]) -> str:
    if None in entities:
        return "All"
    return ", ".join(session.scalars(select(BusinessEntity.name).where(BusinessEntity.id.in_(entities)).order_by(BusinessEntity.name)))


def _keep_an_owner(session: Session, leaving: Membership) -> None:
    """Hold all owners' rows while counting, so that two owners cannot each let the other be the last."""
    owners = select(Membership.id).where(Membership.role == "owner", Membership.ended_at.is_(None), Membership.business_entity_id.is_(None))
    session.execute(owners.order_by(Membership.id).with_for_update())
    session.refresh(leaving)
    if leaving.ended_at is not None:
        raise NotFound
    if leaving.role == "owner" and session.scalar(select(func.count()).select_from(owners.subquery())) <= 1:
        raise LastOwner
