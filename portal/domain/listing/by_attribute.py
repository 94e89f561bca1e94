"""Filters by custom attributes, as they stand in an address, and what is asked of a definition.

"attribute.seats" is what it equals; ".has" behind it is what it contains, ".from" and ".to" its bounds, ".set" whether there is
a value, yes or no.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from portal.domain.attributes import Column
from portal.values.attributes import parse_attribute
from portal.values.errors import BadValue
from portal.values.text import clean_line

PREFIX = "attribute."
NUMBERS = ("whole", "decimal")
TESTS = {
    "is": ("text", "choice", "list", "yes_no", "date", *NUMBERS),
    "has": ("text", "choice", "list"),
    "from": ("date", *NUMBERS),
    "to": ("date", *NUMBERS),
    "set": ("text", "choice", "list", "yes_no", "date", "json", *NUMBERS),
}
"""What can be asked of which kinds."""
MAX = 10
MAX_VALUE = 255


class Asked(NamedTuple):
    """One question to an attribute. From `kind` on it is the definition's; `value` is as it is kept, numbers as text."""

    key: str
    test: str
    value: str
    kind: str = ""
    label: str = ""
    business_entity_id: UUID | None = None

    @property
    def name(self) -> str:
        """Its name in an address."""
        return PREFIX + self.key + ("" if self.test == "is" else f".{self.test}")


def read(given: Mapping[str, list[str]]) -> tuple[Asked, ...]:
    """Read what an address asks of attributes; whether it can be asked is told by their definitions, see `fitting`."""
    found: dict[tuple[str, str], str] = {}
    for name, texts in given.items():
        if name.startswith(PREFIX):
            key, _, test = name.removeprefix(PREFIX).partition(".")
            found[key, test or "is"] = texts[0]
    # One choice of the form says which attribute, so that it need not have another one for each.
    for name, wanted in (("attribute_set", "yes"), ("attribute_unset", "no")):
        if name in given:
            found[given[name][0], "set"] = wanted
    kept = ((key, test, text.replace("\0", "").strip()[:MAX_VALUE]) for (key, test), text in found.items() if key and test in TESTS)
    return tuple(Asked(*one) for one in kept if one[2])[:MAX]


def fitting(asked: Iterable[Asked], columns: Iterable[Column]) -> tuple[Asked, ...]:
    """Give those questions that the definitions can be asked, with the values as they are kept."""
    known = {column.key: column for column in columns}
    found = []
    for one in asked:
        column = known.get(one.key)
        if column is not None and column.kind in TESTS[one.test] and (value := _value(one, column)):
            found.append(Asked(one.key, one.test, value, column.kind, column.label, column.business_entity_id))
    return tuple(found)


def day_of(one: Asked) -> date | None:
    """Give the day that a question names; None where it names none."""
    return date.fromisoformat(one.value) if one.kind == "date" and one.test != "set" else None


def _value(one: Asked, column: Column) -> str | None:
    """Read a value; of a choice or a list also what is offered no more, for customers may have kept it."""
    if one.test == "set":
        return one.value if one.value in ("yes", "no") else None
    if column.kind in ("text", "choice", "list"):
        text = clean_line(one.value)
        return next((choice for choice in column.choices if choice.casefold() == text.casefold()), text) if one.test == "is" else text
    try:
        value = parse_attribute(column.kind, one.value)
    except BadValue:
        return None
    return {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else str(value)
