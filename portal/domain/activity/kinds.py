"""The kinds of events, and the groups of those who act, as conditions on the record."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import ColumnElement, and_, not_, or_

from portal.model import AuditEvent

KINDS = {
    "edits": "Edits",
    "money": "Money",
    "contacts": "Contacts",
    "sign_ins": "Sign-ins",
    "mail": "Mail",
    "imports": "Imports",
}

GROUPS = {"operators": "Operators", "customer": "The customer’s people", "itself": "By itself"}

_NOUNS = {
    "money": ("wallet", "grant", "statement"),
    "contacts": ("contact", "preference"),
    "sign_ins": (
        *("user", "sign_in", "session", "identity", "factor", "passkey"),
        *("recovery", "email_change", "view", "operator", "role", "provider"),
    ),
    "mail": ("broadcast", "letter", "message", "sender"),
    "imports": ("import",),
}

_ACTORS = {"operators": ("operator",), "customer": ("customer", "link"), "itself": ("system", "anonymous")}


def of_kind(kind: str) -> ColumnElement[bool]:
    """Make the condition for one of KINDS; what belongs to no other kind is an edit."""
    if kind == "edits":
        return not_(or_(*(condition() for condition in _CONDITIONS.values())))
    return _CONDITIONS[kind]()


def by_whom(who: str | UUID) -> ColumnElement[bool]:
    """Make the condition for one of GROUPS, or for one person."""
    if isinstance(who, UUID):
        return AuditEvent.actor_user_id == who
    return and_(AuditEvent.actor_kind.in_(_ACTORS[who]), AuditEvent.origin != "import" if who == "itself" else True)


def _nouns(kind: str) -> ColumnElement[bool]:
    return or_(*(AuditEvent.action.startswith(f"{noun}.", autoescape=True) for noun in _NOUNS[kind]))


def _imports() -> ColumnElement[bool]:
    return or_(_nouns("imports"), AuditEvent.action == "customer.imported", AuditEvent.origin == "import")


_CONDITIONS: dict[str, Callable[[], ColumnElement[bool]]] = {
    **{kind: (lambda kind=kind: _nouns(kind)) for kind in _NOUNS if kind != "imports"},
    "imports": _imports,
}
