"""The record of acts: written by each operation in its own transaction."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.kept import Kept
from portal.model import AuditEvent
from portal.values import clock, ids

_ADD = Kept(insert(AuditEvent.__table__))


def record(
    session: Session,
    action: str,
    *,
    by: Actor,
    customer_id: UUID | None = None,
    subject=None,
    subject_name: str = "",
    changes: dict[str, tuple[object, object]] | None = None,
    facts: dict | None = None,
) -> AuditEvent:
    """Write down that `by` did `action` (a noun and what happened to it, as in "customer.updated").

    `subject` is the row it was done to; `changes` is {field: (before, after)}, with values a person can read;
    `facts` what else is worth knowing.
    """
    event = AuditEvent(
        **_row(action, by=by, customer_id=customer_id, subject=subject, subject_name=subject_name, changes=changes, facts=facts)
    )
    session.add(event)
    return event


def record_at_once(session: Session, action: str, **what) -> None:
    """Write an event like `record`, past the session's unit of work: a third of its cost, where every request writes one.

    The rows that it speaks of are in the database already.
    """
    _ADD.write(session.connection(), _row(action, **what))


def _row(
    action: str,
    *,
    by: Actor,
    customer_id: UUID | None = None,
    subject=None,
    subject_name: str = "",
    changes: dict[str, tuple[object, object]] | None = None,
    facts: dict | None = None,
) -> dict[str, object]:
    return {
        "id": ids.new_id(),
        "at": clock.now(),
        "action": action,
        "customer_id": customer_id,
        "subject_kind": subject.__tablename__ if subject is not None else "",
        "subject_id": subject.id if subject is not None else None,
        "subject_name": subject_name[:255],
        "changes": {name: [plain(before), plain(after)] for name, (before, after) in (changes or {}).items()},
        "facts": {name: plain(value) for name, value in (facts or {}).items()},
        "on_behalf_of": by.on_behalf_of[:255],
        **actor_columns(by),
    }


def actor_columns(by: Actor) -> dict[str, object]:
    """Give the columns of an audit event that say who and from where; bulk writers use them too."""
    return {
        "actor_kind": by.kind,
        "actor_user_id": by.user_id,
        "actor_name": by.name[:255],
        "origin": by.origin,
        "ip": by.ip[:45],
        "device": by.device[:255],
        "request_id": by.request_id[:40],
    }


def differences(before: dict[str, object], after: dict[str, object]) -> dict[str, tuple[object, object]]:
    """Give what differs between two readings of the same fields."""
    return {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}


def plain(value: object) -> object:
    """Turn a value into one that JSON can keep."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value
