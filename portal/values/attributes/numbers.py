"""Numbers without a currency, read exactly: nothing is guessed, nothing is rounded."""

import re
from typing import NoReturn

from portal.values.errors import BadValue
from portal.values.money.notation import SPACES, grouped, notation
from portal.values.text import quoted

MAX_WHOLE = 15
MAX_FRACTION = 15
_MACHINE = re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z").match


def parse_whole(text: str, locale: str) -> int:
    """Read a whole number as a person types it, in the notation of the locale; at most MAX_WHOLE digits."""
    number = _parse(text, locale, whole=True)
    if "." in number:
        raise BadValue(f"{quoted(text)} is not a whole number: leave out what stands behind the {_mark(locale)}.")
    return int(number)


def parse_decimal(text: str, locale: str) -> str:
    """Read a decimal number as a person types it; give it with a point, its decimals as typed: "12.50"."""
    return _parse(text, locale, whole=False)


def check_decimal(text: str) -> str:
    """Read a decimal number as a machine writes it: digits, a decimal point, a leading minus."""
    if not _MACHINE(text):
        raise BadValue(f"{quoted(text)} is not a decimal number: write digits with a point, as in 12.50.")
    return _plain("-" if text[0] == "-" else "", *text.lstrip("-").partition(".")[::2])


def _parse(text: str, locale: str, *, whole: bool) -> str:
    decimal, group, further = notation(locale)
    typed = text.strip()
    sign, digits = (typed[0], typed[1:].strip()) if typed[:1] in ("+", "-", "\u2212") else ("", typed)
    before, mark, after = digits.partition(decimal)
    marks = SPACES if group in SPACES else (group, "'") if group == "’" else (group,)
    plain = re.sub(f"[{re.escape(''.join(marks))}]", "", before)
    fits = plain.isascii() and plain.isdigit() and (not mark or (after.isascii() and after.isdigit()))
    parted = re.sub("[^0-9]", ",", before)
    if not fits or (plain != before and parted not in {grouped(plain, ",", 3), grouped(plain, ",", further)}):
        _refuse(text, locale, whole=whole)
    return _plain("-" if sign in ("-", "\u2212") else "", plain, after)


def _plain(sign: str, before: str, after: str) -> str:
    """Put a number together without needless zeros in front and without a minus before zero."""
    before = before.lstrip("0") or "0"
    if len(before) > MAX_WHOLE:
        raise BadValue(f"This number is too large: there is room for {MAX_WHOLE} digits.")
    if len(after) > MAX_FRACTION:
        raise BadValue(f"There is room for {MAX_FRACTION} decimals; these are {len(after)}.")
    number = f"{before}.{after}" if after else before
    return sign + number if number.strip("0.") else number


def _mark(locale: str) -> str:
    return {",": "comma", ".": "point"}.get(notation(locale).decimal, "decimal mark")


def _refuse(text: str, locale: str, *, whole: bool) -> NoReturn:
    decimal, group, further = notation(locale)
    rest = "" if whole else f"{decimal}5"
    examples = f"{grouped('1234', group, further)}{rest} or 1234{rest}"
    if any(c.isdigit() and not c.isascii() for c in text):
        raise BadValue(f"Write the number with the digits 0 to 9: {examples}.")
    if set(text.strip()) - set("0123456789.,'’+-\u2212") - set(SPACES) - {decimal, group}:
        raise BadValue(f"{quoted(text)} is not a number. Write it in figures, as in {examples}.")
    raise BadValue(f"{quoted(text)} is not how a number is written here: write {examples}.")
