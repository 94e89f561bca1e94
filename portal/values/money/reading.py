"""Amounts read from people and from machines. Nothing is guessed and nothing is rounded."""

import re
from functools import lru_cache
from typing import NoReturn

from portal.values.errors import BadValue
from portal.values.money.currencies import exponent
from portal.values.money.notation import SPACES, grouped, notation
from portal.values.text import quoted

MAX_MINOR = 10**15
_MACHINE = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?\Z").match
_COUNTS = ("no", "one", "two", "three", "four")
_MARK_NAMES = {",": "comma", ".": "point", "'": "apostrophe", "’": "apostrophe", "٬": "comma", "٫": "comma"}


def parse_amount(text: str, currency: str, locale: str = "en") -> int:
    """Read what a person typed as minor units of the currency, in the notation of the locale.

    A leading +, - or U+2212 is a sign. BadValue says which rule was broken; more than MAX_MINOR is refused.
    """
    decimal, group, further = notation(locale)
    typed = text.strip()
    sign, digits = (typed[0], typed[1:].strip()) if typed[:1] in ("+", "-", "\u2212") else ("+", typed)
    found = _pattern(decimal, group)(digits)
    if found is None or (found[1] and not _well_grouped(digits.partition(decimal)[0], further)):
        _refuse(text, digits, currency, locale)
    whole, fraction = (found[1] or found[2]), found[3] or ""
    if found[1]:
        whole = re.sub("[^0-9]", "", whole)
    return _minor(sign, whole, fraction, currency, locale)


def parse_machine_amount(text: str, currency: str) -> int:
    """Read an amount from a file or an API as minor units: digits, a decimal point, a leading minus; nothing else."""
    found = _MACHINE(text.strip())
    if found is None:
        _refuse_machine(text, currency)
    return _minor(found[1] or "+", found[2], found[3] or "", currency, "en")


def _minor(sign: str, whole: str, fraction: str, currency: str, locale: str) -> int:
    decimals = exponent(currency)
    if len(fraction) > decimals:
        if not decimals:
            raise BadValue(f"{currency} has no decimals.")
        raise BadValue(f"{currency} has {_COUNTS[decimals]} decimals: {_example(decimals, notation(locale).decimal)}.")
    if len(whole) > 40:
        whole = whole.lstrip("0")[:40] or "0"
    minor = int(whole + fraction.ljust(decimals, "0"))
    if minor > MAX_MINOR:
        _, group, further = notation(locale)
        most = grouped(str(MAX_MINOR // 10**decimals), group, further)
        raise BadValue(f"The amount is beyond what a wallet holds: at most {most} {currency}.")
    return minor if sign == "+" else -minor


def _example(decimals: int, decimal: str) -> str:
    return f"12{decimal}{'3456'[:decimals]}" if decimals else "12"


@lru_cache(maxsize=256)
def _pattern(decimal: str, group: str):
    mark = "[" + re.escape("".join(_group_marks(group))) + "]"
    return re.compile(f"(?:([0-9]{{1,3}}(?:{mark}[0-9]{{2,3}})+)|([0-9]+))(?:{re.escape(decimal)}([0-9]+))?\\Z").match


def _group_marks(group: str) -> tuple[str, ...]:
    """List what people type for a mark between groups: any space for a space, ' for the typographic one."""
    if group in SPACES:
        return SPACES
    return (group, "'") if group == "’" else (group,)


def _well_grouped(whole: str, further: int) -> bool:
    """Tell whether groups are three digits each (or pairs left of the last three, in India), with one and the same mark."""
    parts = re.split("[^0-9]", whole)
    marks = set(re.findall("[^0-9]", whole))
    if len(marks) > 1 or len(parts[-1]) != 3:
        return False
    threes = all(len(part) == 3 for part in parts[1:-1])
    pairs = further == 2 and len(parts[0]) <= 2 and all(len(part) == 2 for part in parts[1:-1])
    return threes or pairs


def _refuse(text: str, digits: str, currency: str, locale: str) -> NoReturn:
    """Say why a typed amount cannot be read."""
    decimal, group, further = notation(locale)
    decimals = exponent(currency)
    rest = decimal + "5000"[:decimals] if decimals else ""
    right, plain = grouped("1234", group, further) + rest, "1234" + rest
    marks = _group_marks(group)
    if not text.strip():
        raise BadValue(f"The amount is missing: write it as {right}.")
    if not digits:
        raise BadValue("There is a sign and no amount after it.")
    if any(c.isdigit() and not c.isascii() for c in digits):
        raise BadValue(f"Write the amount with the digits 0 to 9, as in {right}.")
    if digits[0] in "+-\u2212":
        raise BadValue("One sign is enough.")
    if digits.upper().strip(".,0123456789 ") in (currency, *_CURRENCY_SIGNS):
        raise BadValue(f"Write the figures only: the currency is {currency} already.")
    if set(digits) - set("0123456789.,'’") - set(SPACES) - {decimal, group}:
        raise BadValue(f"{quoted(text)} is not an amount. Write it in figures, as in {right}.")
    if digits.count(decimal) > 1:
        raise BadValue(f"There is more than one decimal {_MARK_NAMES.get(decimal, 'mark')} in {quoted(text)}: write {right} or {plain}.")
    if digits[0] == decimal or digits[-1] == decimal:
        raise BadValue(f"A decimal {_MARK_NAMES.get(decimal, 'mark')} has digits before and after it: 0{decimal}5.")
    if any(mark in digits for mark in marks):
        raise BadValue(f"The digits of {quoted(text)} are not parted in threes: write {right} or {plain}.")
    raise BadValue(f"{quoted(text)} is not how an amount is written here: write {right} or {plain}.")


def _refuse_machine(text: str, currency: str) -> NoReturn:
    """Say why an amount in a file cannot be read."""
    decimals = exponent(currency)
    plain = "1234." + "5000"[:decimals] if decimals else "1234"
    digits = text.strip().removeprefix("-")
    if not text.strip():
        raise BadValue(f"The amount is missing: write it as {plain}.")
    if any(c.isdigit() and not c.isascii() for c in digits):
        raise BadValue(f"Write the amount with the digits 0 to 9, as in {plain}.")
    if "," in digits:
        raise BadValue(f"A comma can be read in two ways: write a decimal point and nothing between thousands, as in {plain}.")
    if digits.count(".") > 1:
        raise BadValue(f"{quoted(text)} has more than one decimal point: write it as {plain}.")
    raise BadValue(f"{quoted(text)} is not an amount. Write digits with a decimal point, as in {plain}.")


_CURRENCY_SIGNS = ("€", "$", "£", "¥", "₹", "US$", "A$", "C$", "KR", "KR.", "ZŁ", "R$", "S$")
