"""Values of attributes written: for a field to edit, and for people to read. What does not fit its kind is written as it is."""

import json
from datetime import date

from portal.values import locales
from portal.values.money.notation import notation


def write_attribute(kind: str, value: object, *, locale: str = "en") -> str:
    """Write a value as a person would type it, so that `parse_attribute` reads the same value again; nothing is ""."""
    if value is None:
        return ""
    if kind == "json":
        return json.dumps(value, ensure_ascii=False, indent=2)
    if kind == "list" and isinstance(value, list):
        return "\n".join(str(item) for item in value)
    if kind == "decimal" and isinstance(value, str):
        return value.replace(".", notation(locale).decimal)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def format_attribute(kind: str, value: object, *, locale: str = "en") -> str:
    """Write a value for reading in the locale: "Yes", "31 Dec 2026", "Red, green"; nothing is "".

    Whole numbers are not parted in threes: a year or a number of a contract may be among them.
    """
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if kind == "date" and isinstance(value, str):
        try:
            return locales.format_date(date.fromisoformat(value), locale)
        except ValueError:
            return value
    if kind == "list" and isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if kind == "json" and value is not None:
        return json.dumps(value, ensure_ascii=False)
    written = write_attribute(kind, value, locale=locale)
    return written.replace("-", "\u2212") if kind in {"whole", "decimal"} else written
