"""Inviting operators: a person, a role, and a link that works once."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.permissions import OPERATOR_ROLES, ROLE_NAMES
from portal.domain.users.finding import by_email, membership_of
from portal.domain.users.own import set_password
from portal.model import EmailLink, Membership, User
from portal.values import clock, emails, tokens

INVITE_LIVES = timedelta(hours=72)


class AlreadyOperator(Refusal):
    """The person is an operator in another role."""

    def __init__(self, user: User, role: str):
        super().__init__(
            f"{user.shown_name} is an operator already, with the role “{ROLE_NAMES[role]}”. Change the role instead.",
            field="role",
        )
        self.user = user


class UnknownRole(Refusal):
    """There is no such role for operators."""


def invite_operator(session: Session, email: str, role: str, *, by: Actor) -> tuple[User, str]:
    """Make a person an operator in a role; give the person and the token of a link that works once, for 72 hours.

    Inviting somebody again in the same role makes a fresh link and ends the older ones.

    :raises AlreadyOperator: when they have another role. :raises UnknownRole: when there is no such role.
    """
    if role not in OPERATOR_ROLES:
        raise UnknownRole(f"“{role}” is no role for operators. The roles are {', '.join(OPERATOR_ROLES)}.", field="role")
    user = by_email(session, email)
    if user is None:
        user = User(email=email, email_key=emails.email_key(email))
        session.add(user)
    user.deactivated_at = None
    session.flush()
    held = membership_of(session, user.id)
    if held is None:
        session.add(Membership(user_id=user.id, role=role))
    elif held.role != role:
        raise AlreadyOperator(user, held.role)
    _revoke(session, user.id)
    token = tokens.new_token()
    session.add(
        EmailLink(digest=tokens.digest(token), purpose="invite", user_id=user.id, target="/console", expires_at=clock.now() + INVITE_LIVES)
    )
    audit.record(session, "operator.invited", by=by, subject=user, subject_name=user.email, facts={"role": role})
    return user, token


def accept_invite(session: Session, user: User, *, name: str, password_hash: str | None, by: Actor) -> User:
    """Take the place: set the name, and the password where one was chosen."""
    changes = {"name": (user.name, name)} if name != user.name else {}
    user.name = name
    if password_hash is not None:
        set_password(session, user, password_hash, by=by)
    _revoke(session, user.id)
    audit.record(session, "operator.joined", by=by, subject=user, subject_name=user.shown_name, changes=changes)
    return user


def _revoke(session: Session, user_id: UUID) -> None:
    session.execute(
        update(EmailLink)
        .where(EmailLink.user_id == user_id, EmailLink.purpose == "invite", EmailLink.used_at.is_(None), EmailLink.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
