"""Operators' roles: changed and taken away, which ends what they have open."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain import audit, sessions
from portal.domain.actors import Actor
from portal.domain.errors import NotFound, Refusal
from portal.domain.permissions import OPERATOR_ROLES
from portal.domain.users.finding import membership_of
from portal.model import Membership, User
from portal.values import clock


class LastOwner(Refusal):
    """The last owner cannot go: nobody could give anybody rights any more."""

    sentence = "This is the last owner. Make somebody else an owner first."


def change_role(session: Session, user: User, role: str, *, by: Actor) -> Membership:
    """Give an operator another role; all their sessions end.

    :raises NotFound: when they are no operator, or there is no such role. :raises LastOwner: see there.
    """
    held = membership_of(session, user.id)
    if held is None or role not in OPERATOR_ROLES:
        raise NotFound
    if held.role == role:
        return held
    _keep_an_owner(session, held)
    before, held.role = held.role, role
    session.flush()
    sessions.end(session, user.id, why="role changed")
    audit.record(session, "operator.changed", by=by, subject=user, subject_name=user.shown_name, changes={"role": (before, role)})
    return held


def deactivate(session: Session, user: User, *, by: Actor) -> None:
    """Let a person sign in no more; their sessions end now.

    :raises LastOwner: when nobody else is an owner.
    """
    held = membership_of(session, user.id)
    if held is not None:
        _keep_an_owner(session, held)
        held.ended_at = clock.now()
    user.deactivated_at = clock.now()
    session.flush()
    sessions.end(session, user.id, why="deactivated")
    audit.record(session, "user.deactivated", by=by, subject=user, subject_name=user.shown_name)


def _keep_an_owner(session: Session, leaving: Membership) -> None:
    """Hold all owners' rows while counting, so that two owners cannot each let the other be the last."""
    if leaving.role != "owner":
        return
    owners = select(Membership.id).where(Membership.role == "owner", Membership.ended_at.is_(None), Membership.business_entity_id.is_(None))
    session.execute(owners.order_by(Membership.id).with_for_update())
    if session.scalar(select(func.count()).select_from(owners.subquery())) <= 1:
        raise LastOwner
