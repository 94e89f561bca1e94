"""Where a page begins: a row's keys, written so that they can stand in an address.

A cursor is not a secret and not trusted: one that does not fit the order it is used with is no cursor.
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

MAX_LENGTH = 2000
LAST = "last"


@dataclass(frozen=True)
class Cursor:
    """The place beside one row: go on from it forwards, or backwards; without keys, from an end of the list."""

    backward: bool = False
    section: int = 0
    keys: tuple = ()


START = Cursor()
END = Cursor(backward=True)


def write(backward: bool, section: int, keys: tuple) -> str:
    """Write a cursor for an address."""
    plain = json.dumps([int(backward), section, [_plain(key) for key in keys]], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read(text: str, kinds: list[tuple[type, ...]]) -> Cursor:
    """Read a cursor for an order whose sections have keys of these kinds; the start of the list when it is none."""
    if text == LAST:
        return END
    if not text or len(text) > MAX_LENGTH or not text.isascii():
        return START
    try:
        backward, section, keys = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        wanted = kinds[section]
        if backward not in (0, 1) or section < 0 or len(keys) != len(wanted):
            return START
        return Cursor(bool(backward), section, tuple(_read(key, kind) for key, kind in zip(keys, wanted, strict=True)))
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, RecursionError, OverflowError):
        return START


def _plain(key: object) -> object:
    if isinstance(key, datetime):
        return key.isoformat()
    return str(key) if isinstance(key, UUID) else key


def _read(key: object, kind: type) -> object:
    if kind is datetime:
        at = datetime.fromisoformat(key)
        if at.tzinfo is None:
            raise ValueError("no time zone")
        return at
    if kind is UUID:
        return UUID(key)
    if type(key) is not kind or (kind is int and abs(key) >= 2**63):
        raise ValueError("not of its kind")
    if kind is str:
        key.encode()
        if "\0" in key:
            raise ValueError("a NUL")
    return key
