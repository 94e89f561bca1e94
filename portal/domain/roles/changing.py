"""Making, changing and ending the installation's own roles. What a role may do counts from the next page of its holders on."""

from collections.abc import Iterable

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.permissions import OPERATOR, OPERATOR_ROLES, ROLE_NAMES
from portal.domain.roles.giving import refuse_more_than
from portal.domain.roles.reading import completed
from portal.domain.roles.refusals import NameTaken, NoWords, StillHeld
from portal.model import Membership, OperatorRole
from portal.values import clock, ids
from portal.values.text import clean_line, fold

LONGEST = 60


def define(session: Session, name: str, words: Iterable[str], *, by: Actor) -> OperatorRole:
    """Make a role of a name and permission words.

    :raises NoWords, NameTaken: see there. :raises MoreThanYours: for words that the maker does not hold.
    """
    name, held = _checked(session, name, words, by=by)
    role = OperatorRole(key=f"own-{ids.new_id().hex[-12:]}", name=name, permissions=sorted(held & OPERATOR.keys()))
    session.add(role)
    session.flush()
    audit.record(session, "role.defined", by=by, subject_name=name, changes={"permissions": (None, _said(held))}, facts={"role": role.key})
    return role


def change(session: Session, role: OperatorRole, *, name: str, words: Iterable[str], by: Actor) -> OperatorRole:
    """Rename a role and set its words; its holders' next page is asked with the new ones.

    :raises NoWords, NameTaken: see there. :raises MoreThanYours: for words, before or after, that the changer does not hold.
    """
    _hold(session, role)
    before = completed(role.permissions)
    refuse_more_than(by, before)
    name, held = _checked(session, name, words, but=role.key, by=by)
    changes = audit.differences({"name": role.name, "permissions": _said(before)}, {"name": name, "permissions": _said(held)})
    if changes:
        role.name, role.permissions = name, sorted(held & OPERATOR.keys())
        session.flush()
        audit.record(session, "role.changed", by=by, subject_name=name, changes=changes, facts={"role": role.key})
    return role


def end(session: Session, role: OperatorRole, *, by: Actor) -> None:
    """End a role: it can be given to nobody any more.

    :raises StillHeld: while somebody has it. :raises MoreThanYours: see there.
    """
    _hold(session, role)
    refuse_more_than(by, completed(role.permissions))
    holders = session.scalar(
        select(func.count(distinct(Membership.user_id))).where(Membership.role == role.key, Membership.ended_at.is_(None))
    )
    if holders:
        raise StillHeld(holders)
    role.ended_at = clock.now()
    session.flush()
    audit.record(session, "role.ended", by=by, subject_name=role.name, facts={"role": role.key})


def _hold(session: Session, role: OperatorRole) -> None:
    """Hold the row: whoever gives the role at this moment is seen, or sees that it has ended."""
    session.refresh(role, with_for_update=True)
    if role.ended_at is not None:
        raise NotFound


def _checked(session: Session, name: str, words: Iterable[str], *, but: str = "", by: Actor) -> tuple[str, frozenset[str]]:
    name, chosen = clean_line(name)[:LONGEST], set(words)
    if not name:
        raise NoWords("A name is missing: what people will read beside each other's names.", field="name")
    if not chosen & OPERATOR.keys():
        raise NoWords("Tick what the role may do.", field="words")
    held = completed(chosen)
    refuse_more_than(by, held)
    others = session.execute(select(OperatorRole.key, OperatorRole.name).where(OperatorRole.ended_at.is_(None)))
    taken = {fold(ROLE_NAMES[key]) for key in OPERATOR_ROLES} | {fold(other.name) for other in others if other.key != but}
    if fold(name) in taken:
        raise NameTaken(name)
    return name, held


def _said(words: frozenset[str]) -> list[str]:
    return [label for word, label in OPERATOR.items() if word in words]
