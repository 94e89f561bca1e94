"""The form in which a driver takes what SQLAlchemy's column types would make of a value, for whole columns."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC
from json.encoder import encode_basestring_ascii

from sqlalchemy import JSON, Uuid

from portal.model.base import UtcDateTime

encoded = json.JSONEncoder(check_circular=False).encode
"""Write a value as JSON, as the model's columns keep it."""


def json_text(value: object) -> str:
    """Write a value as JSON; most values are plain text, which needs no encoder."""
    return encode_basestring_ascii(value) if value.__class__ is str else encoded(value)


def converter(kind, *, sqlite: bool) -> Callable[[Sequence], Sequence] | None:
    """Give what converts the values of a column of this type; None where the driver takes them as they are."""
    if isinstance(kind, JSON):
        return _json
    if not sqlite:
        return None
    if isinstance(kind, Uuid):
        return _uuids
    return _moments if isinstance(kind, UtcDateTime) else None


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
