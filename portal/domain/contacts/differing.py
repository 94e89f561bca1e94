"""What was changed since a merge and so stays when it is undone, in words: what it is, and who changed it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.communications import Taken
from portal.domain.permissions import ROLE_NAMES
from portal.model import AuditEvent, Contact, PreferenceReceipt
from portal.values import locales, phones

_LABELS = {
    "first_name": "first name",
    "last_name": "last name",
    "email": "address",
    "phone": "phone",
    "job_title": "job title",
    "locale": "language",
    "time_zone": "time zone",
}


def changed_since(session: Session, contact: Contact, column: str, since: datetime) -> str:
    """Name who changed a column of a contact last; "somebody" where the record does not tell."""
    acts = session.scalars(
        select(AuditEvent)
        .where(
            AuditEvent.customer_id == contact.customer_id,
            AuditEvent.at >= since,
            AuditEvent.subject_id == contact.id,
            AuditEvent.action != "contact.merged",
        )
        .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
    )
    return next((act.actor_name for act in acts if column in act.changes and act.actor_name), "somebody")


def kept_words(contact: Contact, name: str, column: str, who: str) -> str:
    """Say that a contact, which is called `name` then, keeps a value."""
    value = getattr(contact, column)
    if column == "portal_role":
        role = "without access to the portal" if value == "none" else f"{ROLE_NAMES[value].lower()} in the portal"
        return f"{name} stays {role}: {who} changed it since."
    if not value:
        return f"{name} stays without a {_LABELS[column]}: {who} changed it since."
    return f"{name} keeps the {_LABELS[column]} {_shown(column, value)}: {who} changed it since."


def taken_words(session: Session, taken: Taken, name: str) -> str:
    """Say that a contact, which is called `name` then, keeps what was chosen since."""
    receipt = session.get(PreferenceReceipt, taken.holding) if taken.holding is not None else None
    who = (receipt.actor_name or "somebody") if receipt is not None else "somebody"
    now = "on" if receipt is not None and receipt.wanted else "off"
    return f"{name} keeps {taken.topic.words} {now}: {who} chose so since."


def _shown(column: str, value: str) -> str:
    if column == "phone":
        return phones.format_phone(value)
    return locales.LOCALES.get(value, value) if column == "locale" else value
