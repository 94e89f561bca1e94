"""Invites by mail: sent with the act, sent again, withdrawn."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.domain import audit, invite_limits, messages, roles, sessions
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, NotFound
from portal.domain.letters.phrases import say
from portal.domain.roles import Role
from portal.domain.users.finding import memberships_of
from portal.domain.users.inviting import INVITE_LIVES, revoke_invites, take_in
from portal.domain.users.limits import end_places
from portal.domain.users.operators import Operator, operator
from portal.model import EmailMessage, User
from portal.values import clock, ids

LETTER = "operator_invite"
UNSENT = ("queued", "deferred")


class HasJoined(Conflict):
    """The invite was taken up already."""

    sentence = "They have taken their place by now. Change the role or deactivate them instead."


def invite_by_mail(session: Session, email: str, role: str, *, entities: Collection[UUID] = (), by: Actor) -> User:
    """Make a person an operator and write them an invite.

    :raises AlreadyOperator, UnknownRole, MoreThanYours, OwnersEverywhere, NoSender, TooManyInvites: see there.
    """
    wanted = roles.find(session, role, hold=True)
    user = take_in(session, email, wanted, entities=entities, by=by)
    invite_limits.admit(session, user.email_key, field="email", by=by)
    _write(session, user, wanted, by=by)
    return user


def send_again(session: Session, user_id: UUID, *, by: Actor) -> None:
    """Write somebody who has not come yet a fresh invite; links of earlier ones end.

    :raises NotFound: when they are no operator. :raises HasJoined: when they have come. :raises MoreThanYours, TooManyInvites:
    see there.
    """
    invited = _invited(session, user_id, by=by)
    invite_limits.admit(session, invited.user.email_key, field="", by=by)
    revoke_invites(session, user_id)
    _drop_unsent(session, user_id, "A newer invite was written.")
    _write(session, invited.user, roles.find(session, invited.role), by=by)
    audit.record(session, "operator.invited", by=by, subject=invited.user, subject_name=invited.user.email, facts={"role": invited.role})


def withdraw(session: Session, user_id: UUID, *, by: Actor) -> User:
    """Take an invite back: the link opens nothing, and the person is no operator. What they are elsewhere stays.

    :raises NotFound, HasJoined, MoreThanYours: see there.
    """
    invited = _invited(session, user_id, by=by)
    end_places(session, user_id, at=clock.now())
    revoke_invites(session, user_id)
    _drop_unsent(session, user_id, "The invite was withdrawn.")
    sessions.end(session, user_id, side="console", why="invite withdrawn")
    audit.record(session, "operator.withdrawn", by=by, subject=invited.user, subject_name=invited.user.email)
    return invited.user


def _invited(session: Session, user_id: UUID, *, by: Actor) -> Operator:
    session.execute(select(User.id).where(User.id == user_id).with_for_update())
    found = operator(session, user_id)
    if not memberships_of(session, user_id):
        raise NotFound
    if found.state != "invited":
        raise HasJoined
    roles.refuse_more_than(by, found.words)
    return found


def _write(session: Session, user: User, role: Role, *, by: Actor) -> None:
    messages.queue(
        session,
        LETTER,
        to=messages.Recipient(
            address=user.email, name=user.name, user_id=user.id, locale=user.locale or "en", time_zone=user.time_zone or "UTC"
        ),
        facts={"name": user.name, "role": say(role.name), "expires_at": (clock.now() + INVITE_LIVES).isoformat()}
        | ({"invited_by": by.name} if by.name else {}),
        links={"invite": {"purpose": "invite", "target": "/console"}},
        why=say("You get this because {person} entered this address as yours.", person=by.name)
        if by.name
        else say("You get this because somebody entered this address as yours."),
        key=f"operator-invite:{user.id}:{ids.new_id()}",
    )


def _drop_unsent(session: Session, user_id: UUID, rule: str) -> None:
    session.execute(
        update(EmailMessage)
        .where(EmailMessage.user_id == user_id, EmailMessage.letter == LETTER, EmailMessage.state.in_(UNSENT))
        .values(state="failed", rule=rule, claimed_until=None)
        .execution_options(synchronize_session="fetch")
    )
