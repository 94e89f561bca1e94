"""Attributes as columns of the customers' file: what they are called there, and how a cell is read."""

import re
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.columns import is_ours, squeezed
from portal.model import BusinessEntity, CustomAttribute
from portal.values.attributes import parse_attribute

PREFIX = "attribute:"
_PREFIXED = re.compile(r"\s*(?:attribute|custom)\s*:\s*(?P<name>.+)", re.IGNORECASE | re.DOTALL).match
_SAMPLES = {
    "text": "Example",
    "whole": "12",
    "decimal": "12.50",
    "yes_no": "yes",
    "date": "2026-12-31",
    "list": "one; two",
    "json": '{"a": 1}',
}


class Column(NamedTuple):
    """A definition as it stood when it was read, for a whole file; `name` is the column's in samples and reports."""

    key: str
    name: str
    label: str
    kind: str
    choices: tuple[str, ...]
    required: bool
    default: object
    business_entity_id: UUID | None

    def parse(self, text: str) -> object:
        """Read a cell, numbers as in 1,234.5; the items of a list are divided by line breaks or semicolons.

        Where a list has choices, and none with a comma in it, commas divide it too. BadValue says what is wrong.
        """
        if self.kind == "list":
            commas = self.choices and not any("," in choice for choice in self.choices)
            text = re.sub("[;,]" if commas else ";", "\n", text)
        return parse_attribute(self.kind, text, choices=self.choices)

    @property
    def sample(self) -> str:
        """An example of a cell."""
        return self.choices[0] if self.choices else _SAMPLES[self.kind]


class Headings:
    """Finds the attribute that a header names: by key or by label, in any case, "attribute:" or "custom:" before it or not."""

    def __init__(self, columns: Sequence[Column]):
        self.columns = columns
        self._exact = {column.key: column for column in columns}
        self._loose: dict[str, tuple[Column, int]] = {}
        for rank, words in enumerate((lambda column: column.key, lambda column: column.label)):
            for column in columns:
                if word := squeezed(words(column)):
                    self._loose.setdefault(word, (column, rank))

    def find(self, title: str) -> tuple[Column, int] | None:
        """Give the column of a header and how good a name for it that is (0 is its key); None where it names none."""
        prefixed = _PREFIXED(title)
        name = (prefixed["name"] if prefixed else title).strip()
        exact = self._exact.get(name.lower())
        return (exact, 0) if exact else self._loose.get(squeezed(name))


def columns(session: Session) -> tuple[Column, ...]:
    """Give the columns of all attributes in their order."""
    statement = select(CustomAttribute).order_by(CustomAttribute.position, CustomAttribute.id)
    return tuple(
        Column(one.key, name_of(one.key), one.label, one.kind, tuple(one.choices), one.required, one.default, one.business_entity_id)
        for one in session.scalars(statement)
    )


def samples(session: Session) -> dict[str, str]:
    """Give {name: example} of the attributes that a new customer has where no business entity is chosen, in their order."""
    entity_id = session.scalar(select(BusinessEntity.id).where(BusinessEntity.is_default))
    return {one.name: one.sample for one in columns(session) if one.business_entity_id in (None, entity_id)}


def name_of(key: str) -> str:
    """Give the name of a key's column: the key, or "attribute:<key>" where a column of every customer is called so."""
    return PREFIX + key if is_ours("customers", key) else key
