"""Which operator roles need a second factor: decided by an owner, held by the door."""

from collections.abc import Iterable

from sqlalchemy import distinct, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.permissions import OPERATOR_ROLES, ROLE_NAMES
from portal.model import Membership, OperatorRole, Passkey, Setting, TotpFactor, User
from portal.values import clock

KEY = "second_factor_roles"


class StillRequired(Refusal):
    """The last second factor of somebody whose role needs one is not removed."""

    sentence = "Your role needs a second factor. Add another one first, then remove this."


def roles_known(session: Session) -> dict[str, str]:
    """Give the operator roles with their names: the product's own, then those the installation made."""
    made = session.execute(select(OperatorRole.key, OperatorRole.name).where(OperatorRole.ended_at.is_(None)).order_by(OperatorRole.name))
    return {role: ROLE_NAMES.get(role, role) for role in OPERATOR_ROLES} | {row.key: row.name for row in made}


def roles_asked(session: Session) -> frozenset[str]:
    """Read which roles need a second factor."""
    kept = session.get(Setting, KEY)
    return frozenset(kept.value) if kept is not None else frozenset()


def ask_of_roles(session: Session, roles: Iterable[str], *, by: Actor) -> frozenset[str]:
    """Set which roles need a second factor; those who have none are led to set one up with their next page.

    :raises Refusal: for a role that is none.
    """
    known, wanted = roles_known(session), frozenset(roles)
    if not wanted <= known.keys():
        raise Refusal("Choose from the roles there are.", field="roles")
    kept = session.get(Setting, KEY, with_for_update=True, populate_existing=True)
    before = frozenset(kept.value) if kept is not None else frozenset()
    if wanted == before:
        return wanted
    if kept is None:
        session.add(Setting(key=KEY, value=sorted(wanted)))
    else:
        kept.value, kept.changed_at = sorted(wanted), clock.now()
    session.flush()
    named = [", ".join(known.get(role, role) for role in sorted(roles)) or None for roles in (before, wanted)]
    audit.record(session, "settings.second_factor_changed", by=by, subject_name="Second factor", changes={"roles": tuple(named)})
    return wanted


def required_of(session: Session, user: User) -> bool:
    """Tell whether a person has an operator role that needs a second factor."""
    roles = session.scalars(select(Membership.role).where(Membership.user_id == user.id, Membership.ended_at.is_(None)))
    return bool(roles_asked(session).intersection(roles))


def operators_without(session: Session) -> dict[str, int]:
    """Count the operators of each role who have no second factor; roles where all have one are left out."""
    has = or_(
        exists().where(TotpFactor.user_id == Membership.user_id, TotpFactor.confirmed_at.is_not(None)),
        exists().where(Passkey.user_id == Membership.user_id),
    )
    rows = session.execute(
        select(Membership.role, func.count(distinct(Membership.user_id)))
        .join(User, User.id == Membership.user_id)
        .where(Membership.ended_at.is_(None), User.deactivated_at.is_(None), not_(has))
        .group_by(Membership.role)
    )
    return dict(rows.all())


def refuse_the_last_of_the_required(session: Session, user: User, *, left_without: str) -> None:
    """Refuse to remove what one has to have: `left_without` is "totp", or "passkey" for one of the passkeys.

    :raises StillRequired: when nothing else is left.
    """
    passkeys = session.scalar(select(func.count()).select_from(Passkey).where(Passkey.user_id == user.id))
    totp = session.scalar(select(func.count()).select_from(TotpFactor).where(TotpFactor.user_id == user.id))
    others = passkeys if left_without == "totp" else passkeys - 1 + totp
    if others < 1 and required_of(session, user):
        raise StillRequired
