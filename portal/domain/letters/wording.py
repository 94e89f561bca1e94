"""How facts read in a letter: figures, times, names, and the lines of the plain text."""

import re
import textwrap
from datetime import datetime

from portal.values.locales import format_date, format_datetime
from portal.values.money import format_amount, format_signed
from portal.values.text import clean_line

LINE = 72
_FIGURE_WIDTH = 44
_INDENT, _GAP = "  ", "  "
_LEAST = 16
"""So many signs of a name stand on a line at least, however long the figures are."""
# What a mail program would turn into a link: a greeting must not carry one from a stranger to a third person.
_LOOKS_LIKE_LINK = re.compile(r"[/@\\]|\w\.\w{2}")


def figure(minor: int, *, currency: str, locale: str, signed: bool = False) -> str:
    """Write an amount in minor units without its currency; `signed` puts + before one above zero."""
    return (format_signed if signed else format_amount)(minor, currency, locale)


def money(minor: int, *, currency: str, locale: str) -> str:
    """Write an amount with its ISO code behind it, kept on one line."""
    return f"{figure(minor, currency=currency, locale=locale)}\N{NO-BREAK SPACE}{currency}"


def moment(iso: str, *, locale: str, time_zone: str) -> str:
    """Write an ISO 8601 instant as date and time where the reader is, and name the zone."""
    at = datetime.fromisoformat(iso)
    return f"{format_datetime(at, locale, time_zone)} ({time_zone.replace('_', ' ')})"


def day(iso: str, *, locale: str, time_zone: str) -> str:
    """Write the day of an ISO 8601 instant where the reader is."""
    return format_date(datetime.fromisoformat(iso), locale, time_zone)


def named(name: str) -> str:
    """Give a name as it is, or nothing when it is empty, endless or reads as a link."""
    name = clean_line(name)
    return "" if len(name) > 60 or _LOOKS_LIKE_LINK.search(name) else name


def code_words(code: str) -> str:
    """Set a code of six digits in two groups: 481 902."""
    return f"{code[:3]} {code[3:]}"


def rows(pairs: list[tuple[str, str]]) -> str:
    """Set (what, figure) pairs in two columns, a line above the last and a double one below it.

    The figures end in one column however long the words are; words that leave them no room go on below.
    """
    figures = max(len(number) for _, number in pairs)
    room = max(LINE - len(_INDENT) - len(_GAP) - figures, _LEAST)
    width = max(_FIGURE_WIDTH, min(max(len(what) for what, _ in pairs), room) + len(_GAP) + figures)
    lines = [_row(what, number, width, room) for what, number in pairs]
    return "\n".join([*lines[:-1], _INDENT + "-" * width, lines[-1], _INDENT + "=" * width])


def _row(what: str, number: str, width: int, room: int) -> str:
    """Set a row, its figure on the last line of its words."""
    *above, last = textwrap.wrap(what, room, break_on_hyphens=False) or [""]
    return "\n".join(_INDENT + line for line in (*above, f"{last}{_GAP}{number.rjust(width - len(last) - len(_GAP))}"))


def item(mark: str, words: str) -> str:
    """Set an item of a list, what does not fit on its line under its words."""
    return _hanging(words, mark, " " * len(mark))


def fact(words: str) -> str:
    """Set a row of words, what does not fit on its line further in."""
    return _hanging(words, _INDENT, _INDENT * 2)


def _hanging(words: str, first: str, others: str) -> str:
    return textwrap.fill(words, LINE, initial_indent=first, subsequent_indent=others, break_long_words=False, break_on_hyphens=False)


def wrapped(text: str) -> str:
    """Wrap the paragraphs of a plain text at 72 columns; leave indented lines and links as they are."""
    paragraphs = [_wrapped_line(line.rstrip()) for line in text.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(paragraphs)) + "\n"


def _wrapped_line(line: str) -> str:
    if len(line) <= LINE or line[:1].isspace():
        return line
    return textwrap.fill(line, LINE, break_long_words=False, break_on_hyphens=False)
