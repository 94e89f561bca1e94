"""A strict reader of JSON (RFC 8259) that keeps nothing and finds the first fault, in words."""

import json
import re
from typing import NoReturn

_SPACE = re.compile(r"[ \t\n\r]*").match
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?").match
_WORD = re.compile(r"[^\s,:\[\]{}\"']+").match
_SINGLE_QUOTED = re.compile(r"'[^'\n]*'").match
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"').match
_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})').match
MAX_WHOLE = 19
"""Characters of a whole number: those of 64 bits."""
_TYPOGRAPHIC = "“”„‟«»‘’"


class Fault(Exception):
    """The first fault: what is wrong, and the place in the text (counted from 0)."""

    def __init__(self, what: str, at: int):
        super().__init__(what)
        self.what = what
        self.at = at


class Limits:
    """How deep objects and lists may lie in one another, how long a key may be, and whether it need not be an object."""

    def __init__(self, depth: int, key: int, *, any_value: bool = False):
        self.depth = depth
        self.key = key
        self.any_value = any_value


def find_fault(text: str, limits: Limits) -> None:
    """Read the text as one JSON object, or value where that is enough; raise Fault at the first thing that is wrong."""
    start = _SPACE(text).end()
    if not limits.any_value and text[start : start + 1] != "{":
        if start < len(text) and text[start] in '["-0123456789tfn':
            raise Fault("custom data is an object: it begins with { and ends with }", start)
        raise Fault("custom data begins with {", start)
    end = _SPACE(text, _value(text, start, 0, limits)).end()
    if end < len(text):
        if text[end] in "]}":
            raise Fault(f"there is one {text[end]} too many", end)
        raise Fault("there is something after the value" if limits.any_value else "there is something after the last }", end)


def _value(text: str, at: int, depth: int, limits: Limits) -> int:
    """Read one value; answer where it ends."""
    mark = text[at : at + 1]
    if mark == "{":
        return _object(text, at, depth + 1, limits)
    if mark == "[":
        return _list(text, at, depth + 1, limits)
    if mark == '"':
        return _string(text, at)
    for word in ("true", "false", "null"):
        if text.startswith(word, at) and _WORD(text, at).end() == at + len(word):
            return at + len(word)
    number = _NUMBER(text, at)
    if number and _WORD(text, at).end() == number.end():
        if _is_out_of_range(number[0]):
            raise Fault(f"the number {_short(number[0])} is too large", at)
        return number.end()
    _refuse_value(text, at)


def _object(text: str, at: int, depth: int, limits: Limits) -> int:
    """Read an object from its {; answer where it ends."""
    _check_depth(at, depth, limits)
    opened, keys = at, set()
    at = _SPACE(text, at + 1).end()
    if text[at : at + 1] == "}":
        return at + 1
    while True:
        at, key = _key(text, at, opened, limits)
        shown = f'"{_short(key)}"'
        if key in keys:
            raise Fault(f"the key {shown} stands twice in one object", text.rfind('"', 0, at - 1))
        keys.add(key)
        colon = _SPACE(text, at).end()
        if text[colon : colon + 1] != ":":
            sign = "=" if text[colon : colon + 1] == "=" else None
            raise Fault(f"a key is followed by a colon, not by {sign}" if sign else f"a colon is missing after {shown}", at)
        start = _SPACE(text, colon + 1).end()
        if start >= len(text) or text[start] in ",}":
            raise Fault(f"the value of {shown} is missing", start)
        end = _value(text, start, depth, limits)
        at = _SPACE(text, end).end()
        mark = text[at : at + 1]
        if mark == "}":
            return at + 1
        if mark != ",":
            _refuse_after(text, start, end, at, opened, "}")
        comma = at
        at = _SPACE(text, at + 1).end()
        if text[at : at + 1] == "}":
            raise Fault("there is a comma after the last value; leave it out", comma)


def _list(text: str, at: int, depth: int, limits: Limits) -> int:
    """Read a list from its [; answer where it ends."""
    _check_depth(at, depth, limits)
    opened = at
    at = _SPACE(text, at + 1).end()
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        if at >= len(text):
            raise Fault(f"the list that begins {_place(text, opened)} is not closed: ] is missing", at)
        if text[at] == ",":
            raise Fault("a value is missing before this comma", at)
        end = _value(text, at, depth, limits)
        start, at = at, _SPACE(text, end).end()
        mark = text[at : at + 1]
        if mark == "]":
            return at + 1
        if mark != ",":
            _refuse_after(text, start, end, at, opened, "]")
        comma = at
        at = _SPACE(text, at + 1).end()
        if text[at : at + 1] == "]":
            raise Fault("there is a comma after the last value; leave it out", comma)


def _key(text: str, at: int, opened: int, limits: Limits) -> tuple[int, str]:
    """Read a key; answer where it ends, and what it says."""
    mark = text[at : at + 1]
    if not mark:
        raise Fault(f"the object that begins {_place(text, opened)} is not closed: }} is missing", at)
    if mark == '"':
        end = _string(text, at)
        key = json.loads(text[at:end])
        if len(key) > limits.key:
            raise Fault(f"a key has at most {limits.key} characters", at)
        if not key:
            raise Fault("a key has at least one character", at)
        return end, key
    if mark == ",":
        raise Fault("there is one comma too many", at)
    _refuse_quotes(text, at)
    word = _WORD(text, at)
    if word:
        raise Fault(f'a key stands in double quotes: "{_short(word[0])}"', at)
    raise Fault(f"a key in double quotes is expected here, not {mark}", at)


def _string(text: str, at: int) -> int:
    """Read a string from its quotation mark; answer where it ends."""
    found = _STRING(text, at)
    if found:
        if "\\u" in found[0]:
            _check_escapes(found[0], at)
        return found.end()
    place = at + 1
    while place < len(text):
        mark = text[place]
        if mark == '"':
            return place + 1
        if mark in "\r\n":
            raise Fault("a double quote is missing at the end of this text", place)
        if mark == "\\":
            escape = _ESCAPE(text, place)
            if escape is None:
                raise Fault(r"a backslash stands before one of \" \\ / b f n r t or u and four digits; write \\ for the sign itself", place)
            place = escape.end()
            continue
        if mark < " ":
            raise Fault(r"a tab or control character in a text is written as \t or \u0000", place)
        place += 1
    raise Fault("a double quote is missing: the text that begins here does not end", at)


def _check_escapes(string: str, at: int) -> None:
    """Refuse what JSON can write and no database can keep: the character 0, and half of a pair."""
    for place, c in enumerate(json.loads(string)):
        if c == "\0" or "\ud800" <= c <= "\udfff":
            raise Fault(rf"the text has \u{ord(c):04x} as its character {place + 1}, which cannot be kept", at)


def _refuse_value(text: str, at: int) -> NoReturn:
    """Say what is wrong with what stands where a value belongs."""
    if at >= len(text):
        raise Fault("the text ends where a value belongs", at)
    _refuse_quotes(text, at)
    if text.startswith(("//", "/*", "#"), at):
        raise Fault("JSON has no comments", at)
    word = _WORD(text, at)
    if not word:
        raise Fault(f"a value is missing before {text[at]}", at)
    typed, plain = word[0], word[0].lower()
    if plain in ("nan", "infinity", "-infinity", "inf", "-inf", "+infinity"):
        raise Fault(f"{typed} is not a number in JSON; null stands for no value", at)
    meant = {"none": "null", "nil": "null", "undefined": "null", "yes": "true", "no": "false", "on": "true", "off": "false"}.get(plain)
    for known in ("true", "false", "null"):
        if meant == known or plain == known or (len(plain) > 2 and sorted(plain) == sorted(known)):
            raise Fault(f"{_short(typed)} is not a value; {known} is", at)
    if re.fullmatch(r"\+?[0-9.,_xXa-fA-FeE+-]+", typed) and typed.strip("+-.")[:1].isdigit():
        _refuse_number(typed, at)
    raise Fault(f'text stands in double quotes: "{_short(typed)}"', at)


def _refuse_number(typed: str, at: int) -> NoReturn:
    if typed[0] == "+":
        raise Fault("a number has no plus sign in front", at)
    if typed.lstrip("-")[0] == "0" and typed.lstrip("-")[1:2].isdigit():
        raise Fault(f'a number does not begin with 0; as a text it is "{_short(typed)}"', at)
    if typed.lstrip("-")[0] == "." or typed[-1] == ".":
        raise Fault("a decimal point has digits before and after it", at)
    raise Fault(f'{_short(typed)} is not a number; as a text it is "{_short(typed)}"', at)


def _refuse_quotes(text: str, at: int) -> None:
    """Say so when the quotation marks are not the double ones."""
    if text[at] == "'":
        found = _SINGLE_QUOTED(text, at)
        inside = f': "{_short(found[0][1:-1])}"' if found else ""
        raise Fault(f"JSON has double quotes, not single ones{inside}", at)
    if text[at] in _TYPOGRAPHIC:
        raise Fault(f'JSON has straight double quotes ("), not {text[at]}', at)


def _refuse_after(text: str, start: int, end: int, at: int, opened: int, closing: str) -> NoReturn:
    """Say what is missing after a value that ran from start to end, where neither comma nor closing mark follows."""
    what = "object" if closing == "}" else "list"
    if at >= len(text):
        raise Fault(f"the {what} that begins {_place(text, opened)} is not closed: {closing} is missing", at)
    if text[at] in "]}":
        raise Fault(f"{text[at]} closes nothing here: {closing} is missing before it", at)
    if text[at] == ":" and closing == "]":
        raise Fault("a list has no keys; { and } make an object", at)
    if text.startswith(("//", "/*", "#"), at):
        raise Fault("JSON has no comments", at)
    value = text[start:end]
    shown = _short(value) if value[:1] not in "{[" else {"{": "}", "[": "]"}[value[0]]
    raise Fault(f"a comma is missing after {shown}", end)


def _check_depth(at: int, depth: int, limits: Limits) -> None:
    if depth > limits.depth:
        raise Fault(f"objects and lists may lie {limits.depth} deep in one another, not deeper", at)


def _is_out_of_range(number: str) -> bool:
    if any(c in number for c in ".eE"):
        return abs(float(number)) == float("inf")
    return len(number) > MAX_WHOLE


def _place(text: str, at: int) -> str:
    return f"in line {text.count(chr(10), 0, at) + 1}"


def _short(value: str) -> str:
    """Cut a piece of the text to what a sentence can carry; a text keeps its closing quotation mark."""
    if len(value) <= 30:
        return value
    return value[:28] + ('…"' if value[0] == '"' else "…")
