"""Cells that both files have: how a line is cleaned, what one cell says by itself, and rows of another length than the header."""

from collections.abc import Callable

from portal.values import locales, money
from portal.values.errors import BadValue
from portal.values.text import clean, clean_line, quoted

_YES = {"yes", "y", "true", "1", "on", "exempt"}
_NO = {"no", "n", "false", "0", "off", "none", "taxable"}


def shape_fault(cells: int, width: int) -> str:
    """Say that a row has another number of cells than the header."""
    why = "Does a value have a comma in it and no quotation marks?" if cells > width else "Is the row cut off, or a quotation mark missing?"
    return f"The row has {cells} cells and the header {width}. {why}"


def line(text: str) -> str:
    """Clean a text that is kept on one line; most are clean already, which is told three times as fast as done."""
    text = text.strip()
    return text if text.isprintable() and "  " not in text else clean_line(text)


def _yes_or_no(text: str) -> bool:
    word = text.casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise BadValue(f"{quoted(text)} is neither yes nor no.")


def _short(text: str) -> str:
    words = line(text)
    if len(words) > 255:
        raise BadValue(f"At most 255 characters; this has {len(words)}.")
    return words


ONE_FACT: dict[str, Callable[[str], object]] = {
    "currency": money.parse_currency,
    "locale": locales.parse_locale,
    "time_zone": locales.parse_time_zone,
    "communications": _yes_or_no,
    "tax_exempt": _yes_or_no,
    "tax_exempt_reason": _short,
    "notes": clean,
}
"""Columns of which one cell is one fact, and how they are read."""
