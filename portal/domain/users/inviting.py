"""Inviting operators: a person, a role, the business entities it is limited to, and a link that works once."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain import audit, roles
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.roles import Role
from portal.domain.users.finding import by_email, membership_of, memberships_of
from portal.domain.users.limits import set_places
from portal.domain.users.own import set_password
from portal.model import EmailLink, User
from portal.values import clock, emails, tokens

INVITE_LIVES = timedelta(hours=72)


class AlreadyOperator(Refusal):
    """The person is an operator already, in this role or another."""

    def __init__(self, user: User, role: str):
        super().__init__(
            f"{user.shown_name} is an operator already, with the role “{role}”. Change the role instead.",
            field="role",
        )
        self.user = user


def invite_operator(session: Session, email: str, role: str, *, entities: Collection[UUID] = (), by: Actor) -> tuple[User, str]:
    """Make a person an operator in a role; give the person and the token of a link that works once, for 72 hours.

    Inviting somebody again in the same role makes a fresh link and ends the older ones. `entities` limit the role to some
    business entities.

    :raises AlreadyOperator: when they have another role. :raises UnknownRole, MoreThanYours, OwnersEverywhere: see there.
    """
    user = take_in(session, email, roles.find(session, role, hold=True), entities=entities, by=by)
    token = tokens.new_token()
    session.add(
        EmailLink(digest=tokens.digest(token), purpose="invite", user_id=user.id, target="/console", expires_at=clock.now() + INVITE_LIVES)
    )
    return user, token


def take_in(session: Session, email: str, role: Role, *, entities: Collection[UUID] = (), by: Actor) -> User:
    """Make a person an operator in a role, found and held; the links of older invites end.

    :raises AlreadyOperator, MoreThanYours, OwnersEverywhere: see there.
    """
    roles.refuse_more_than(by, role.words)
    user = by_email(session, email) or _made(session, email)
    session.refresh(user, with_for_update=True)  # of two who invite one person, the second sees what the first did
    user.deactivated_at = None
    session.flush()
    held = membership_of(session, user.id)
    if held is not None and held.role != role.key:
        raise AlreadyOperator(user, roles.name_of(session, held.role))
    if held is None or {one.business_entity_id for one in memberships_of(session, user.id)} != (set(entities) or {None}):
        set_places(session, user, role.key, entities)
    revoke_invites(session, user.id)
    audit.record(session, "operator.invited", by=by, subject=user, subject_name=user.email, facts={"role": role.key})
    return user


def accept_invite(session: Session, user: User, *, name: str, password_hash: str | None, by: Actor) -> User:
    """Take the place: set the name, and the password where one was chosen."""
    changes = {"name": (user.name, name)} if name != user.name else {}
    user.name = name
    if password_hash is not None:
        set_password(session, user, password_hash, quietly=True, by=by)
    revoke_invites(session, user.id)
    audit.record(session, "operator.joined", by=by, subject=user, subject_name=user.shown_name, changes=changes)
    return user


def _made(session: Session, email: str) -> User:
    """Make the person's row; somebody else may do the same at this moment."""
    user = User(email=email, email_key=emails.email_key(email))
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        user = by_email(session, email)
    return user


def revoke_invites(session: Session, user_id: UUID) -> None:
    """End the links of a person's invites that were not used."""
    session.execute(
        update(EmailLink)
        .where(EmailLink.user_id == user_id, EmailLink.purpose == "invite", EmailLink.used_at.is_(None), EmailLink.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
