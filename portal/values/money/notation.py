"""The marks between digits in each locale."""

from functools import lru_cache
from typing import NamedTuple

from portal.values.locales import babel_locale

SPACES = (" ", "\u00a0", "\u202f", "\u2009")


class Notation(NamedTuple):
    """The decimal mark, the mark between groups, and the size of the groups left of the first three digits."""

    decimal: str
    group: str
    further: int


@lru_cache(maxsize=256)
def notation(locale: str) -> Notation:
    """Look up how a locale writes numbers in digits 0-9 (CLDR)."""
    at = babel_locale(locale)
    symbols = at.number_symbols["latn"]
    return Notation(symbols["decimal"], symbols["group"], at.decimal_formats[None].grouping[1])


def grouped(digits: str, group: str, further: int) -> str:
    """Put the mark between groups of a run of digits: three at the end, then `further` each."""
    if len(digits) <= 3:
        return digits
    if further == 3:
        return f"{int(digits):,}".replace(",", group)
    head, parts = digits[:-3], [digits[-3:]]
    while head:
        parts.append(head[-further:])
        head = head[:-further]
    return group.join(reversed(parts))
