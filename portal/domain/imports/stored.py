"""The form in which a driver takes what SQLAlchemy's column types would make of a value, for whole columns."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC
from json.encoder import encode_basestring_ascii as json_string
from types import NoneType

from sqlalchemy import JSON, Boolean, LargeBinary, Uuid

from portal.model.base import UtcDateTime

encoded = json.JSONEncoder(check_circular=False).encode
"""Write a value as JSON, as the model's columns keep it."""


def json_text(value: object) -> str:
    """Write a value as JSON; most values are plain text, which needs no encoder."""
    return json_string(value) if value.__class__ is str else encoded(value)


def converter(kind, *, sqlite: bool) -> Callable[[Sequence], Sequence] | None:
    """Give what converts the values of a column of this type; None where the driver takes them as they are.

    SQLite's driver takes text and whole numbers as they are, and asks Python for an adapter for each value of another
    class, which takes ten times as long.
    """
    if isinstance(kind, JSON):
        return _json
    if not sqlite:
        return None
    return next((convert for known, convert in _FOR_SQLITE if isinstance(kind, known)), None)


def nullable(column: Sequence) -> tuple[str, Sequence | None]:
    """Say how a column of text that may be NULL stands in a statement to SQLite, and what is given for it, if anything.

    NULL is given as an empty text, where no text of the column is empty: None would need an adapter.
    """
    nothing = column.count(None)
    if nothing == len(column):
        return "NULL", None
    if nothing and "" not in column and {str, NoneType}.issuperset(map(type, column)):
        return "NULLIF(?, '')", [value or "" for value in column]
    return "?", column


def _json(values: Sequence) -> list[str]:
    """An empty dict is most of what there is."""
    return [encoded(value) if value else "{}" for value in values]


def _uuids(values: Sequence) -> Sequence[str | None]:
    """32 hexadecimal digits, which new ids have from the beginning."""
    if values[0].__class__ is str:
        return values
    return [value and f"{value.int:032x}" for value in values]


def _moments(values: Sequence) -> list[str | None]:
    """UTC without a zone, microseconds; an import has few different moments."""
    written = {value: value and value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") for value in set(values)}
    return [written[value] for value in values]


def _numbers(values: Sequence) -> list[int | None]:
    """0 and 1 for a bool."""
    return [value if value is None else int(value) for value in values]


def _bytes(values: Sequence) -> list[bytearray | None]:
    """Bytes of the class that needs no adapter."""
    return [value if value is None else bytearray(value) for value in values]


_FOR_SQLITE = ((Uuid, _uuids), (UtcDateTime, _moments), (Boolean, _numbers), (LargeBinary, _bytes))
