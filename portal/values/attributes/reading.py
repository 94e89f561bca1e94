"""One value of an attribute, from what a person typed or from JSON. Nothing is None: an empty text, an empty list, null."""

import json
from collections.abc import Callable, Sequence
from datetime import date

from portal.values.attributes import numbers
from portal.values.custom_data import parse_json
from portal.values.errors import BadValue
from portal.values.text import clean_line, quoted

MAX_TEXT = 1_000
MAX_ITEMS = 100
MAX_ITEM = 255
_YES_NO = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}


def parse_attribute(kind: str, text: str, *, choices: Sequence[str] = (), locale: str = "en") -> object:
    """Read what a person typed for an attribute of a kind; numbers in the notation of the locale, a list's items one a line.

    Gives what is kept: str, int, bool, a list of str, JSON; a decimal as its text ("12.50"), a day as ISO 8601
    ("2026-12-31"); None for nothing. BadValue says what is wrong.
    """
    if not text.strip():
        return None
    return _PARSERS[kind](text.replace("\r\n", "\n"), choices, locale)


def check_attribute(kind: str, value: object, *, choices: Sequence[str] = ()) -> object:
    """Read a value that came as JSON; give it as it is kept, in the shapes of `parse_attribute`. BadValue says what is wrong."""
    if value is None or value == "" or value == []:
        return None
    return _CHECKS[kind](value, choices)


def _text(text: str) -> str | None:
    line = clean_line(text)
    if len(line) > MAX_TEXT:
        raise BadValue(f"{len(line):,} characters are too many: there is room for {MAX_TEXT:,}.")
    return line or None


def _yes_no(text: str) -> bool:
    try:
        return _YES_NO[text.strip().casefold()]
    except KeyError:
        raise BadValue(f"{quoted(text)} is neither yes nor no.") from None


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise BadValue(f"{quoted(text)} is not a day: write year, month, day, as in 2026-12-31.") from None
    if day.year < 1000:
        raise BadValue(f"The year {day.year} cannot be meant.")
    return day.isoformat()


def _choice(text: str, choices: Sequence[str]) -> str:
    wanted = clean_line(text)
    found = next((choice for choice in choices if choice.casefold() == wanted.casefold()), None)
    if found is None:
        known = f": {', '.join(choices)}" if 0 < len(choices) <= 8 else ""
        raise BadValue(f"{quoted(text)} is not one of the choices{known}.")
    return found


def _items(texts: Sequence[str], choices: Sequence[str]) -> list[str] | None:
    items = [item for text in texts if (item := clean_line(text))]
    if choices:
        items = list(dict.fromkeys(_choice(item, choices) for item in items))
    if len(items) > MAX_ITEMS:
        raise BadValue(f"{len(items)} lines are too many: there is room for {MAX_ITEMS}.")
    long = next((item for item in items if len(item) > MAX_ITEM), None)
    if long is not None:
        raise BadValue(f"{quoted(long)} is too long: a line has at most {MAX_ITEM} characters.")
    return items or None


def _of_type(value: object, wanted: type, sentence: str) -> None:
    if type(value) is not wanted:
        raise BadValue(f"{quoted(json.dumps(value, ensure_ascii=False, default=str))} {sentence}")


def _check_text(value: object, choices: Sequence[str]) -> str | None:
    _of_type(value, str, "is not a text: write it in double quotes.")
    return _text(value)


def _check_whole(value: object, choices: Sequence[str]) -> int:
    _of_type(value, int, "is not a whole number, as 12 is.")
    if abs(value) >= 10**numbers.MAX_WHOLE:
        raise BadValue(f"This number is too large: there is room for {numbers.MAX_WHOLE} digits.")
    return value


def _check_decimal(value: object, choices: Sequence[str]) -> str:
    if type(value) is int:
        return numbers.check_decimal(str(value))
    _of_type(value, str, 'is not a decimal number that can be kept exactly: write it as a text, as in "12.50".')
    return numbers.check_decimal(value)


def _check_yes_no(value: object, choices: Sequence[str]) -> bool:
    _of_type(value, bool, "is neither true nor false.")
    return value


def _check_day(value: object, choices: Sequence[str]) -> str:
    _of_type(value, str, 'is not a day: write it as a text, as in "2026-12-31".')
    return _day(value)


def _check_choice(value: object, choices: Sequence[str]) -> str:
    _of_type(value, str, "is not one of the choices.")
    return _choice(value, choices)


def _check_list(value: object, choices: Sequence[str]) -> list[str] | None:
    _of_type(value, list, "is not a list of texts.")
    for item in value:
        _of_type(item, str, "is not a text: a list holds texts only.")
    return _items(value, choices)


def _check_json(value: object, choices: Sequence[str]) -> object:
    try:
        return parse_json(json.dumps(value, ensure_ascii=False, allow_nan=False))
    except (ValueError, TypeError) as error:
        if isinstance(error, BadValue):
            raise
        raise BadValue("This is not JSON.") from None


_PARSERS: dict[str, Callable[[str, Sequence[str], str], object]] = {
    "text": lambda text, choices, locale: _text(text),
    "whole": lambda text, choices, locale: numbers.parse_whole(text, locale),
    "decimal": lambda text, choices, locale: numbers.parse_decimal(text, locale),
    "yes_no": lambda text, choices, locale: _yes_no(text),
    "date": lambda text, choices, locale: _day(text),
    "choice": lambda text, choices, locale: _choice(text, choices),
    "list": lambda text, choices, locale: _items(text.split("\n"), choices),
    "json": lambda text, choices, locale: parse_json(text),
}
_CHECKS: dict[str, Callable[[object, Sequence[str]], object]] = {
    "text": _check_text,
    "whole": _check_whole,
    "decimal": _check_decimal,
    "yes_no": _check_yes_no,
    "date": _check_day,
    "choice": _check_choice,
    "list": _check_list,
    "json": _check_json,
}
