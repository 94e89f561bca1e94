"""How facts read in a letter: figures, times, names, and the lines of the plain text."""

import re
import textwrap
from datetime import datetime

from portal.values.locales import format_date, format_datetime
from portal.values.money import format_amount, format_signed
from portal.values.text import clean_line

LINE = 72
_FIGURE_WIDTH = 44
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
    """Set (what, figure) pairs in two columns, a line above the last and a double one below it."""
    lines = [f"{what}  {number.rjust(_FIGURE_WIDTH - len(what) - 2)}" for what, number in pairs]
    width = max(len(line) for line in lines)
    return "\n".join([*(f"  {line}" for line in lines[:-1]), "  " + "-" * width, f"  {lines[-1]}", "  " + "=" * width])


def item(mark: str, words: str) -> str:
    """Set an item of a list, what does not fit on its line under its words."""
    return textwrap.fill(
        words, LINE, initial_indent=mark, subsequent_indent=" " * len(mark), break_long_words=False, break_on_hyphens=False
    )


def wrapped(text: str) -> str:
    """Wrap the paragraphs of a plain text at 72 columns; leave indented lines and links as they are."""
    paragraphs = [_wrapped_line(line.rstrip()) for line in text.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(paragraphs)) + "\n"


def _wrapped_line(line: str) -> str:
    if len(line) <= LINE or line[:1].isspace():
        return line
    return textwrap.fill(line, LINE, break_long_words=False, break_on_hyphens=False)
