"""The operators: who they are, what they may do where, whether they have come, when they were seen last."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain import roles
from portal.domain.errors import NotFound
from portal.model import BrowserSession, BusinessEntity, EmailMessage, Membership, Passkey, TotpFactor, User
from portal.values import clock

STATES = ("active", "invited", "deactivated")


@dataclass(frozen=True)
class Operator:
    """An operator: `role` by key with its name and words, `entities` by id with their names (empty: all), `state` of STATES.

    `invite` is the last invite that was mailed to them; `seen_at` when they were last seen in the console.
    """

    user: User
    state: str
    role: str
    role_name: str
    words: frozenset[str]
    entities: dict[UUID, str]
    second_factor: bool
    seen_at: datetime | None
    invite: EmailMessage | None

    @property
    def invite_ends(self) -> datetime | None:
        """When the link in the mailed invite runs out, or ran out."""
        said = self.invite.facts.get("expires_at") if self.invite is not None else None
        return datetime.fromisoformat(said) if said else None

    @property
    def invite_over(self) -> bool:
        return self.invite_ends is not None and self.invite_ends <= clock.now()

    @property
    def id(self) -> UUID:
        return self.user.id


def operators(session: Session) -> list[Operator]:
    """List all operators, and those who were: the active by name, then the invited, then the deactivated."""
    found = _read(session, None)
    return sorted(found, key=lambda one: (STATES.index(one.state), one.user.shown_name.casefold(), one.user.email_key))


def operator(session: Session, user_id: UUID) -> Operator:
    """Find one operator, deactivated or not.

    :raises NotFound: when the person is none, or there is none.
    """
    found = _read(session, user_id)
    if not found:
        raise NotFound
    return found[0]


def _read(session: Session, user_id: UUID | None) -> list[Operator]:
    held: dict[UUID, list[Membership]] = {}
    question = select(Membership).join(User, User.id == Membership.user_id)
    question = question.where(Membership.ended_at.is_(None) | User.deactivated_at.is_not(None)).order_by(Membership.id)
    for one in session.scalars(question.where(Membership.user_id == user_id) if user_id else question):
        held.setdefault(one.user_id, []).append(one)
    if not held:
        return []
    users = session.scalars(select(User).where(User.id.in_(held)).execution_options(populate_existing=True))
    seen = dict(
        session.execute(
            select(BrowserSession.user_id, func.max(BrowserSession.seen_at))
            .where(BrowserSession.user_id.in_(held), BrowserSession.side == "console")
            .group_by(BrowserSession.user_id)
        ).all()
    )
    factors = {
        holder
        for model in (TotpFactor, Passkey)
        for holder in session.scalars(
            select(model.user_id).where(model.user_id.in_(held), *((TotpFactor.confirmed_at.is_not(None),) if model is TotpFactor else ()))
        )
    }
    invites = {
        message.user_id: message
        for message in session.scalars(
            select(EmailMessage)
            .where(EmailMessage.user_id.in_(held), EmailMessage.letter == "operator_invite")
            .order_by(EmailMessage.created_at, EmailMessage.id)
        )
    }
    names = dict(session.execute(select(BusinessEntity.id, BusinessEntity.name)).all())
    known = {role.key: role for role in roles.all(session)}
    return [_of(user, _last(held[user.id]), known, names, user.id in factors, seen.get(user.id), invites.get(user.id)) for user in users]


def _last(held: list[Membership]) -> list[Membership]:
    """Of a deactivated person, what they had at the end."""
    live = [one for one in held if one.ended_at is None]
    end = max((one.ended_at for one in held if one.ended_at is not None), default=None)
    return live or [one for one in held if one.ended_at == end]


def _of(user, held, known, names, second_factor, seen_at, invite) -> Operator:
    role = held[0].role
    return Operator(
        user=user,
        state=_state(user, seen_at, invite),
        role=role,
        role_name=known[role].name if role in known else role,
        words=known[role].words if role in known else frozenset(),
        entities={one.business_entity_id: names[one.business_entity_id] for one in held if one.business_entity_id is not None},
        second_factor=second_factor,
        seen_at=seen_at,
        invite=invite,
    )


def _state(user: User, seen_at: datetime | None, invite: EmailMessage | None) -> str:
    """An invite that nobody came after is still open; one made at the terminal has no mail."""
    if user.deactivated_at is not None:
        return "deactivated"
    if seen_at is None or (invite is not None and invite.created_at > seen_at):
        return "invited"
    return "active"
