"""Custom data read from JSON text."""

import json
from functools import lru_cache
from math import isinf
from typing import NoReturn

from portal.values.custom_data.faults import MAX_WHOLE, Fault, Limits, find_fault
from portal.values.errors import BadValue

MAX_BYTES = 16_384
MAX_DEPTH = 8
MAX_KEY = 64
_OBJECT = Limits(MAX_DEPTH, MAX_KEY)
_VALUE = Limits(MAX_DEPTH, MAX_KEY, any_value=True)


class BadJson(BadValue):
    """Say what is wrong with a JSON text; `line` and `column` count characters from 1."""

    def __init__(self, sentence: str, line: int = 1, column: int = 1):
        super().__init__(sentence)
        self.line = line
        self.column = column


def parse_custom_data(text: str) -> dict:
    """Read a JSON object; empty text is {}.

    BadJson with line and column for the first fault: RFC 8259 and no key twice, at most MAX_BYTES of UTF-8,
    MAX_DEPTH levels, MAX_KEY characters a key. The caller owns the dict.
    """
    if not text or text.isspace():
        return {}
    return _read(text, _OBJECT)


def parse_json(text: str) -> object:
    """Read one JSON value of any kind within the limits of custom data; empty text is None. BadJson as there."""
    if not text or text.isspace():
        return None
    return _read(text, _VALUE)


def _read(text: str, limits: Limits) -> object:
    """Read what is plainly within the limits at once; all else is gone through for its first fault."""
    if text.count("{") + text.count("[") <= MAX_DEPTH and "\\u" not in text:
        try:
            value = _PLAIN.decode(text) if len(text.encode()) <= MAX_BYTES else None
        except ValueError:
            value = None
        if value.__class__ is dict or (value is not None and limits.any_value):
            return value
    # A text that repeats is read anew each time, so that no two customers share one dict.
    _check(text, limits)
    return json.loads(text)


def _object(pairs: list[tuple[str, object]]) -> dict:
    made = dict(pairs)
    if len(made) < len(pairs) or "" in made or max(map(len, made), default=0) > MAX_KEY:
        raise ValueError
    return made


def _whole(digits: str) -> int:
    if len(digits) > MAX_WHOLE:
        raise ValueError
    return int(digits)


def _fraction(digits: str) -> float:
    if isinf(number := float(digits)):
        raise ValueError
    return number


def _no_number(word: str) -> NoReturn:
    raise ValueError


_PLAIN = json.JSONDecoder(object_pairs_hook=_object, parse_int=_whole, parse_float=_fraction, parse_constant=_no_number)
"""Reads JSON as Python does, and nothing that `find_fault` would refuse in a text of few brackets without escapes of digits."""


@lru_cache(maxsize=1024)
def _check(text: str, limits: Limits) -> None:
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        what = "A JSON value" if limits.any_value else "Custom data"
        raise BadJson(f"{what} holds at most {MAX_BYTES // 1024} kB; this is {size / 1024:.1f} kB.")
    lone = next((at for at, c in enumerate(text) if "\ud800" <= c <= "\udfff"), None) if not text.isascii() else None
    if lone is not None:
        raise _at_place(text, Fault("there is half of a character", lone))
    try:
        find_fault(text, limits)
    except Fault as fault:
        raise _at_place(text, fault) from None


def _at_place(text: str, fault: Fault) -> BadJson:
    line = text.count("\n", 0, fault.at) + 1
    column = fault.at - (text.rfind("\n", 0, fault.at) + 1) + 1
    return BadJson(f"Line {line}, column {column}: {fault.what}.", line, column)
