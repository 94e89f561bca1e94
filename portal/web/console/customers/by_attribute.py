"""Filters by custom attributes in words: the chips above the list, and the questions of the form that adds them."""

from collections.abc import Callable, Iterable

from portal.domain.attributes import Column
from portal.domain.listing import Filters
from portal.domain.listing.by_attribute import NUMBERS, Asked, day_of
from portal.values import locales
from portal.values.attributes import format_attribute
from portal.web.filters import reader

_TESTS = {"is": "{}", "has": "contains “{}”", "from": "from {}", "to": "up to {}"}


def chips(filters: Filters, address: Callable) -> list[dict]:
    """Say each question in force, with the address without it."""
    return [{"name": one.label, "value": _words(one), "remove_href": address.without(one.name)} for one in filters.attributes]


def questions(filters: Filters, columns: Iterable[Column]) -> list[dict]:
    """Give the fields of the form: for each attribute what suits its kind, and which ones are to have a value, or to have none.

    A question that no field shows is kept in a hidden one.
    """
    columns = list(columns)
    asked = {one.name: one.value for one in filters.attributes}
    fields = [field for column in columns for field in _fields(column)]
    if columns:
        names = (("", "Any"), *((column.key, column.label) for column in columns))
        fields.append({"name": "attribute_set", "label": "Has a value", "choices": names, "value": _first_set(filters, "yes")})
        fields.append({"name": "attribute_unset", "label": "Has no value", "choices": names, "value": _first_set(filters, "no")})
    for field in fields:
        field.setdefault("value", asked.pop(field["name"], ""))
        if field.get("choices") and field["value"] not in dict(field["choices"]):
            field["choices"] = (*field["choices"], (field["value"], field["value"]))
    shown = {f"attribute.{field['value']}.set" for field in fields if field["name"] in ("attribute_set", "attribute_unset")}
    return fields + [{"name": name, "value": value, "type": "hidden"} for name, value in asked.items() if name not in shown]


def _fields(column: Column) -> list[dict]:
    name, label = f"attribute.{column.key}", column.label
    if column.kind == "yes_no":
        return [{"name": name, "label": label, "choices": (("", "Any"), ("yes", "Yes"), ("no", "No"))}]
    if column.choices:
        return [{"name": name, "label": label, "choices": (("", "Any"), *((choice, choice) for choice in column.choices))}]
    if column.kind == "date":
        return [{"name": f"{name}.{test}", "label": f"{label} {word}", "type": "date", "hint": ""} for test, word in _DAYS]
    if column.kind in NUMBERS:
        hint = "A whole number" if column.kind == "whole" else "A number"
        return [{"name": f"{name}.{test}", "label": f"{label} {word}", "type": "text", "hint": hint} for test, word in _BOUNDS]
    return [{"name": f"{name}.has", "label": label, "type": "text", "hint": "Contains"}] if column.kind in ("text", "list") else []


_BOUNDS = (("from", "from"), ("to", "up to"))
_DAYS = (("from", "from"), ("to", "until"))


def _first_set(filters: Filters, value: str) -> str:
    return next((one.key for one in filters.attributes if one.test == "set" and one.value == value), "")


def _words(one: Asked) -> str:
    if one.test == "set":
        return "has a value" if one.value == "yes" else "has none"
    if (day := day_of(one)) is not None:
        words = {"from": "from {}", "to": "until {}"}.get(one.test, "{}")
        return words.format(locales.format_date(day, reader()[0]))
    if one.kind == "yes_no":
        value = one.value.capitalize()
    else:
        value = format_attribute(one.kind, one.value) if one.kind in NUMBERS else one.value
    return _TESTS[one.test].format(value)
