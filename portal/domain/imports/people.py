"""Contacts that are kept, and the customers whose they are, looked up for a batch of rows."""

from typing import NamedTuple

from portal.domain.imports.contact_rows import ContactRow
from portal.domain.imports.looking import Key, Lookup


class Owner(NamedTuple):
    """The customer of a contact."""

    id: Key
    name: str
    external_id: str | None
    email_key: str | None
    status: str
    created_at: object


class KeptContact(NamedTuple):
    """What is kept of a contact, as far as a row can change it."""

    id: Key
    customer_id: Key
    email_key: str
    first_name: str
    last_name: str
    phone: str
    job_title: str
    locale: str | None
    time_zone: str | None
    is_primary: bool


_OWNER = f"SELECT {', '.join(Owner._fields)} FROM customer"
_KEPT = f"SELECT {', '.join(KeptContact._fields)} FROM contact"
_CHOSEN = "SELECT contact_id, topic, wanted FROM preference"
_DEFAULTS = "SELECT customer_id, topic, wanted FROM contact_default"


def owners(look: Lookup, rows: list[ContactRow]) -> dict[str, Owner]:
    """Load the customers that rows name, by what names them."""
    external_ids = {row.customer_id for row in rows if row.customer_id}
    emails = {row.customer_email for row in rows if not row.customer_id}
    found = {owner[2]: Owner(*owner) for owner in look.among(_OWNER, "external_id", external_ids)}
    return found | {owner[3]: Owner(*owner) for owner in look.among(_OWNER, "email_key", emails)}


def kept(look: Lookup, customer_ids: set[Key]) -> dict[tuple[Key, str], KeptContact]:
    """Load the contacts of customers, by customer and address."""
    found = look.among(_KEPT, "customer_id", customer_ids, more="AND removed_at IS NULL")
    return {(contact[1], contact[2]): KeptContact(*contact) for contact in found}


def chosen(look: Lookup, contact_ids: list[Key]) -> dict[Key, dict[str, bool]]:
    """Load what contacts have chosen, by topic."""
    found: dict[Key, dict[str, bool]] = {}
    for contact_id, topic, wanted in look.among(_CHOSEN, "contact_id", contact_ids):
        found.setdefault(contact_id, {})[topic] = bool(wanted)
    return found


def defaults(look: Lookup, customer_ids: set[Key]) -> dict[Key, dict[str, bool]]:
    """Load what new contacts of customers are sent where it differs from the catalogue, by topic."""
    found: dict[Key, dict[str, bool]] = {}
    for customer_id, topic, wanted in look.among(_DEFAULTS, "customer_id", customer_ids):
        found.setdefault(customer_id, {})[topic] = bool(wanted)
    return found
