"""Two contacts side by side, on both sides of the product: which of each value stays when they become one."""

from dataclasses import dataclass
from uuid import UUID

from flask import g, request

from portal.domain import contacts
from portal.domain.contacts import Plan
from portal.domain.errors import NotFound, Refusal
from portal.domain.permissions import ROLE_NAMES
from portal.model import Contact
from portal.values import locales, phones
from portal.web import filters
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


def said(gone: Contact, kept: Contact) -> str:
    """Say whose two rows are one now: by their addresses, by their names where one address is left."""
    one, other = (gone.email, kept.email) if gone.email_key != kept.email_key else (gone.name, kept.name)
    return f"{one} and {other} are one contact now."


def undoing(contact: Contact, refusal: str = "") -> dict:
    """Give what the page of one who is gone says of undoing its merge: `undo` what comes back, as (field, value), what is chosen
    again, and what stays; `refusal` why it cannot be."""
    try:
        found = contacts.undoing(session(), contact)
    except Refusal as refused:
        return {"undo": None, "refusal": refusal or filters.told(refused)}
    if found is None:
        return {"undo": None, "refusal": refusal}
    labels = {**LABELS, "portal_role": "In the portal"}
    back = [(label, _shown(field, found.back[field])) for field, label in labels.items() if field in found.back]
    return {"undo": {"keep": found.keep, "back": back, "choices": found.choices, "stays": found.stays}, "refusal": refusal}


def brought_back(contact: Contact, into: UUID | None) -> str:
    """Say who is a contact again."""
    names = contacts.names(session(), [into]) if into else {}
    return f"{contact.name} and {names[into]} are two contacts again." if into in names else f"{contact.name} is a contact again."


def undone(contact: Contact) -> dict | None:
    """Give what a contact's page says of a merge that was undone within the hour: with whom, and what stays as it is."""
    found = contacts.undone_lately(session(), contact.id)
    if found is None or not found.stays:
        return None
    other = found.gone_id if found.keep_id == contact.id else found.keep_id
    return {"other": contacts.names(session(), [other])[other], "stays": found.stays}


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
    if field == "portal_role":
        return ROLE_NAMES[value]
    if field == "phone":
        return phones.format_phone(value)
    return locales.LOCALES.get(value, value) if field == "locale" else value.replace("_", " ") if field == "time_zone" else value
