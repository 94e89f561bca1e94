"""Roles as they stand: key, name, and the words each holds."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from portal.domain.permissions import OPERATOR, OPERATOR_ROLES, PERSONAL, ROLE_NAMES
from portal.domain.roles.refusals import UnknownRole
from portal.model import Membership, OperatorRole

ALWAYS = "customer.read"
"""Every room of the console is about customers in the end."""


@dataclass(frozen=True)
class Role:
    """A role of operators: `made` is true for one that the installation made; `holders` how many people have it."""

    key: str
    name: str
    words: frozenset[str]
    made: bool = False
    holders: int = 0


def all(session: Session) -> list[Role]:
    """List the roles that can be given: the product's own, then those made here by name."""
    held = dict(
        session.execute(
            select(Membership.role, func.count(distinct(Membership.user_id))).where(Membership.ended_at.is_(None)).group_by(Membership.role)
        ).all()
    )
    own = [Role(key, ROLE_NAMES[key], words, holders=held.get(key, 0)) for key, words in OPERATOR_ROLES.items()]
    made = session.scalars(select(OperatorRole).where(OperatorRole.ended_at.is_(None)).order_by(OperatorRole.name, OperatorRole.key))
    return own + [Role(row.key, row.name, completed(row.permissions), True, held.get(row.key, 0)) for row in made]


def find(session: Session, key: str, *, hold: bool = False) -> Role:
    """Find a role that can be given; with `hold` it does not end before the transaction does.

    :raises UnknownRole: when there is none, or it has ended.
    """
    if key in OPERATOR_ROLES:
        return Role(key, ROLE_NAMES[key], OPERATOR_ROLES[key])
    row = row_of(session, key, hold=hold)
    if row is None:
        raise UnknownRole(f"“{key}” is no role for operators. The roles are {', '.join(role.key for role in all(session))}.", field="role")
    return Role(row.key, row.name, completed(row.permissions), True)


def row_of(session: Session, key: str, *, hold: bool = False) -> OperatorRole | None:
    """Give the row of a role that the installation made, while it lasts."""
    statement = select(OperatorRole).where(OperatorRole.key == key, OperatorRole.ended_at.is_(None))
    return session.scalar(statement.with_for_update() if hold else statement)


def name_of(session: Session, key: str) -> str:
    """Name a role, ended or not."""
    if key in ROLE_NAMES:
        return ROLE_NAMES[key]
    return session.scalar(select(OperatorRole.name).where(OperatorRole.key == key)) or key


def words_of(key: str, own: Iterable[str] | None) -> frozenset[str]:
    """Give the words of a role; `own` are those kept for one that the installation made, None where there is no such role."""
    if key in OPERATOR_ROLES:
        return OPERATOR_ROLES[key]
    return completed(own) if own is not None else frozenset()


def completed(words: Iterable[str]) -> frozenset[str]:
    """Add to words what they cannot do without: who changes something sees it, and everybody has settings of their own.

    Words that are none (any more) are left out.
    """
    known = {word for word in words if word in OPERATOR} | {ALWAYS}
    seen = {f"{word.split('.')[0]}.read" for word in known}
    return frozenset(known | (seen & OPERATOR.keys()) | PERSONAL.keys())
