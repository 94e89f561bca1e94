"""Kept values as a person reads them."""

import json
from datetime import date, datetime

from portal.domain.activity.events import Change, Reader
from portal.domain.permissions import ROLE_NAMES
from portal.domain.topics import MANNERS, TOPICS
from portal.values import countries, locales, money, phones
from portal.values import tax_ids as tax_id_values
from portal.values.attributes import KINDS, format_attribute

LABELS = {
    "address_line": "Address",
    "auto_charge": "Charge invoices by itself",
    "business_entity_id": "Billed by",
    "city": "City",
    "communications": "Email communications",
    "client_id": "Client ID",
    "country": "Country",
    "dkim_next_selector": "New key",
    "dkim_selector": "Key",
    "dns_state": "Record",
    "currency": "Preferred currency",
    "custom_data": "Custom data",
    "email": "Email",
    "entities": "Business entities",
    "expiry_notice_days": "Days before",
    "external_id": "Customer ID",
    "first_name": "First name",
    "floor": "Floor",
    "job_title": "Job title",
    "label": "Name",
    "last_name": "Last name",
    "limit": "Limit",
    "hint": "What it brings",
    "is_primary": "Primary contact",
    "line1": "Line 1",
    "line2": "Line 2",
    "line3": "Line 3",
    "locale": "Language",
    "low_balance": "Told below",
    "name": "Name",
    "notes": "Notes",
    "parent_id": "Parent customer",
    "permissions": "May",
    "phone": "Phone",
    "portal_role": "Role in the portal",
    "postal_code": "Postal code",
    "receives": "Receives",
    "reply_to": "Answers go to",
    "sender_name": "Name",
    "state": "State or region",
    "status": "Status",
    "support_access": "Visits by support",
    "tax_exempt": "Exempt from tax",
    "tax_exempt_evidence": "Evidence of exemption",
    "tax_exempt_reason": "Reason of exemption",
    "tax_exempt_until": "Exempt until",
    "tax_ids": "Tax IDs",
    "time_zone": "Time zone",
    "verified": "Address confirmed",
}
LONGEST = 300
LONGEST_PATH = 40


def label(field: str) -> str:
    """Name a field; a topic is named as in the catalogue."""
    if field in LABELS:
        return LABELS[field]
    if field.startswith("shipping "):  # an import's line has both addresses
        return f"Shipping, {label(field.removeprefix('shipping ')).lower()}"
    return (TOPICS | MANNERS)[field].label if field in TOPICS | MANNERS else field.removesuffix("_id").replace("_", " ").capitalize()


def attribute(field: str, facts: dict) -> dict | None:
    """Give what the facts of an act tell of a custom attribute that it changed: {label, kind}; None for any other field."""
    return (facts.get("attributes") or {}).get(field.removeprefix("attributes.")) if field.startswith("attributes.") else None


def change_lines(changes: dict, reader: Reader, *, currency: str = "", new: bool = False, facts: dict | None = None) -> tuple[Change, ...]:
    """Write kept changes {field: [before, after]} as lines; custom data key by key.

    `currency` is that of amounts in them; `facts` of the act tell of custom attributes, and of topics that the
    installation made. With `new`, nothing was there before, so only what is there now is said.
    """
    lines: list[Change] = []
    own_topics = (facts or {}).get("topics") or {}
    for field, pair in changes.items():
        before, after = pair if isinstance(pair, list | tuple) and len(pair) == 2 else (None, pair)
        told = attribute(field, facts or {})
        name = told["label"] if told else own_topics.get(field) or label(field)
        if isinstance(before, dict) or isinstance(after, dict):
            lines += _data_lines(name, before, after, new=new)
            continue
        if told:
            was, now = (_cut(format_attribute(told["kind"], value, locale=reader.locale)) or None for value in (before, after))
        else:
            was, now = (shown(field, value, reader, currency) for value in (before, after))
        if new and was is None and now is not None:
            lines.append(Change(name, text=now))
        elif was != now:
            lines.append(Change(name, was, now))
    return tuple(lines)


def shown(field: str, value: object, reader: Reader, currency: str = "") -> str | None:
    """Write one kept value; None where there is none."""
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ", ".join(filter(None, (shown(field, one, reader, currency) for one in value)))
    if not isinstance(value, str):
        return str(value)
    write = _WRITERS.get(field.removeprefix("shipping "))
    return _cut(write(value, reader, currency) if write else value)


def amount(minor: int, currency: str, reader: Reader) -> str:
    """Write an amount in minor units without its currency."""
    return money.format_amount(minor, currency, reader.locale)


def day(at: datetime | date, reader: Reader) -> str:
    """Write the day of a moment as the reader sees it."""
    return locales.format_date(at, reader.locale, reader.time_zone)


def hour(at: datetime, reader: Reader, *, beside: datetime) -> str:
    """Write the hour of a moment, with its day when that is not the day of `beside`."""
    zone = locales.zone(reader.time_zone)
    there = at.astimezone(zone)
    text = f"{there.hour:02d}:{there.minute:02d}"
    return text if there.date() == beside.astimezone(zone).date() else f"{day(at, reader)}, {text}"


def _data_lines(name: str, before: object, after: object, *, new: bool) -> list[Change]:
    """Compare two JSON objects key by key."""
    was, now = (_flat(value) for value in (before, after))
    lines = []
    for key in [*now, *(key for key in was if key not in now)]:
        old, fresh = (None if key not in side else _json(side[key]) for side in (was, now))
        if old != fresh:
            path = f"{name}, {key if len(key) <= LONGEST_PATH else '…' + key[1 - LONGEST_PATH :]}"
            lines.append(Change(path, text=fresh) if new and old is None and fresh is not None else Change(path, old, fresh))
    return lines


def _flat(value: object, path: str = "") -> dict[str, object]:
    """Take an object apart into {dotted path: value}; a list stays whole."""
    if not isinstance(value, dict):
        return {}
    found: dict[str, object] = {}
    for key, inner in value.items():
        here = f"{path}.{key}" if path else key
        found |= _flat(inner, here) if isinstance(inner, dict) and inner else {here: inner}
    return found


def _json(value: object) -> str:
    return _cut(value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _moment(value: str, reader: Reader, currency: str) -> str:
    try:
        return day(datetime.fromisoformat(value), reader)
    except ValueError:
        return value


def _machine_amount(value: str, reader: Reader, currency: str) -> str:
    return f"{amount(money.parse_machine_amount(value, currency), currency, reader)} {currency}" if currency else value


def _tax_id(value: str, reader: Reader, currency: str) -> str:
    kind, _, number = value.partition(" ")
    known = tax_id_values.KINDS.get(kind)
    return f"{known.label} {tax_id_values.format_tax_id(kind, number)}" if known else value


_WRITERS = {
    "country": lambda value, reader, currency: countries.country_name(value, reader.locale),
    "floor": _machine_amount,
    "kind": lambda value, reader, currency: KINDS[value].label if value in KINDS else value,
    "limit": _machine_amount,
    "locale": lambda value, reader, currency: locales.LOCALES.get(value, value),
    "low_balance": _machine_amount,
    "phone": lambda value, reader, currency: phones.format_phone(value),
    "portal_role": lambda value, reader, currency: ROLE_NAMES.get(value, value),
    "tax_exempt_until": _moment,
    "tax_ids": _tax_id,
    "time_zone": lambda value, reader, currency: value.replace("_", " "),
}
