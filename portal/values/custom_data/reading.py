"""Custom data read from JSON text."""

import json
from functools import lru_cache

from portal.values.custom_data.faults import Fault, Limits, find_fault
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
    # A text that repeats is read anew each time, so that no two customers share one dict.
    _check(text, _OBJECT)
    return json.loads(text)


def parse_json(text: str) -> object:
    """Read one JSON value of any kind within the limits of custom data; empty text is None. BadJson as there."""
    if not text or text.isspace():
        return None
    _check(text, _VALUE)
    return json.loads(text)


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
