"""Two people writing at once: what the other one saved."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.customers import attributes, reading
from portal.domain.customers.refusals import Changed
from portal.model import AuditEvent, Customer

LOOK_BACK = 100


def refuse_overwriting(session: Session, customer: Customer, facts: dict, version: int) -> None:
    """Refuse to save over what somebody changed since `version`, where it differs from what is about to be saved.

    The record of acts says which fields they changed; those they left alone are no conflict.

    :raises Changed: with what they saved.
    """
    facts = attributes.flat(facts)
    since = [event for event in _recent(session, customer) if (event.facts.get("version") or 0) > version]
    saved = reading.saved(session, customer, set(facts)) | attributes.saved(customer, set(facts))
    touched = {field for event in since for field in _fields(event)} if since else set(facts)
    if "billing" in touched or "shipping" in touched:
        touched |= {"shipping_same"}
    theirs = {field: value for field, value in saved.items() if field in touched and not _same(field, value, facts[field])}
    if theirs:
        last = since[0] if since else None
        raise Changed(theirs, version=customer.version, who=last.actor_name if last else "", at=last.at if last else None)


def _recent(session: Session, customer: Customer) -> list[AuditEvent]:
    return list(
        session.scalars(
            select(AuditEvent)
            .where(AuditEvent.customer_id == customer.id)
            .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
            .limit(LOOK_BACK)
        )
    )


def _fields(event: AuditEvent) -> list[str]:
    if event.subject_kind == "address":
        return event.facts["role"].split(" and ") if "role" in event.facts else []
    return list(event.changes)


def _same(field: str, saved: object, wanted: object) -> bool:
    if attributes.is_one(field):
        return saved == wanted and type(saved) is type(wanted)
    return _plain(saved) == _plain(wanted)


def _plain(value: object) -> object:
    """Bring a fact to a form that compares: empty is empty, pairs are pairs."""
    if isinstance(value, dict):
        return {key: part for key, part in value.items() if part not in ("", None)}
    if isinstance(value, list):
        return sorted(tuple(pair) for pair in value)
    return value or None
