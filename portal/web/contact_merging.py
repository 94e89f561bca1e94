"""Two contacts side by side, on both sides of the product: which of each value stays when they become one."""

from dataclasses import dataclass

from flask import g, request

from portal.domain import contacts
from portal.domain.contacts import Plan
from portal.domain.errors import NotFound
from portal.domain.permissions import ROLE_NAMES
from portal.model import Contact
from portal.values import locales, phones
from portal.web.database import session

LABELS = {
    "first_name": "First name",
    "last_name": "Last name",
    "email": "Email",
    "phone": "Phone",
    "job_title": "Job title",
    "locale": "Language",
    "time_zone": "Time zone",
}


@dataclass(frozen=True)
class Row:
    """One field: both values in words, whether one is to be chosen, and whether the first is."""

    name: str
    label: str
    kept: str
    gone: str
    open: bool
    first: bool


def other_of(customer_id, contact: Contact) -> Contact | None:
    """Give the contact that is to become one with `contact`: the one named `with`; None where none is named yet."""
    named = request.values.get("with", "")
    try:
        found = next((one for one in contacts.of_customer(session(), customer_id) if str(one.id) == named), None)
    except ValueError:
        found = None
    if named and (found is None or found.id == contact.id):
        raise NotFound
    return found


def choices() -> dict[str, str]:
    """Read whose value stays, by field."""
    return {field: request.form[field] for field in contacts.MERGED if field in request.form}


def others(customer_id, contact: Contact) -> list[tuple[str, str]]:
    """List whom a contact can become one with, by id and name."""
    return [
        (str(one.id), one.name if one.name == one.email else f"{one.name}, {one.email}")
        for one in contacts.of_customer(session(), customer_id)
        if one.id != contact.id
    ]


def told(plan: Plan) -> dict:
    """Give what the page says of a merge."""
    keep, gone = plan.keep, plan.gone
    rows = []
    for field, label in LABELS.items():
        values = [_shown(field, getattr(contact, field)) for contact in (keep, gone)]
        fixed = field == "email" and keep.is_primary
        rows.append(Row(field, label, *values, open=values[0] != values[1] and not fixed, first=plan.chosen[field] is keep))
    return {
        "plan": plan,
        "rows": rows,
        "role_said": _role_said(plan),
        "gained": [joint.topic for joint in plan.topics if joint.after and not joint.kept],
        "lost": [joint.topic for joint in plan.topics if joint.kept and not joint.after],
        "own": g.actor.contact_id in {keep.id, gone.id},
    }


def _role_said(plan: Plan) -> str:
    """Say what the one may do in the portal."""
    one, other = plan.keep.portal_role, plan.gone.portal_role
    role = ROLE_NAMES[plan.role].lower()
    if one == other:
        return f"{ROLE_NAMES[plan.role]}, as both are now."
    lower = other if plan.role == one else one
    return f"{role.capitalize()}: the higher of {ROLE_NAMES[plan.role].lower()} and {ROLE_NAMES[lower].lower()}."


def _shown(field: str, value: str | None) -> str:
    if not value:
        return ""
    if field == "phone":
        return phones.format_phone(value)
    return locales.LOCALES.get(value, value) if field == "locale" else value.replace("_", " ") if field == "time_zone" else value
