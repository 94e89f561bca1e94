"""The rows of the list, written out here and kept: as a loop of a template they cost as much as all the rest of the page.

Every text goes through `escape` before it is put between tags.
"""

from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup, escape

from portal.values import money

THREE = frozenset(code for code in money.EXPONENTS if money.exponent(code) == 3)
"""Currencies with three decimals: a column that shows one makes room for it."""

KEPT = 1024
"""How many written rows a process keeps: some twenty pages."""

NONE, UNKNOWN = '<span class="nothing">none</span>', '<span class="nothing">unknown</span>'
NO_WALLET = (
    '<td class="amt money mute"><span aria-hidden="true">–</span><span class="hide">no wallet</span></td>\n<td class="cur min"></td>'
)


def body(rows: Iterable, here: str, locale: str) -> Markup:
    """Write the rows of a page, each a line of the table; `here` is the address of the list, under which each has its page."""
    here = str(escape(here))
    return Markup("".join([line(tuple(row[:13]), here, locale) for row in rows]))


@lru_cache(maxsize=KEPT)
def line(row: tuple, here: str, locale: str) -> str:
    """Write one row of the list; what it says is all that decides, so it is kept as it was written. `here` is escaped already."""
    key, balance, currency, wallets, state, communications, bounces, verified = (row[0], *row[6:13])
    name, external_id, email, city, country = escaped([text or "" for text in row[1:6]])
    word, kind = status(state, bounces, communications, bool(email), verified)
    money_cells = amount_cells(balance, currency, wallets, locale) if currency else NO_WALLET
    return (
        f'<tr><th scope="row"><a href="{here}{dashed(key)}">{name}</a>'
        f'<span class="sub narrow">{external_id or "No customer ID"}{f" · {city}" if city else ""}</span></th>'
        f'{f"""<td class="lo1 mute">{external_id}</td>""" if external_id else f"""<td class="lo1">{NONE}</td>"""}'
        f'<td class="lo3">{email or NONE}</td>'
        f'<td class="lo2">{city or UNKNOWN}{f""" <span class="cur">{country}</span>""" if country else ""}</td>'
        f'{money_cells}<td class="lo2"><span class="{kind}">{word}</span></td></tr>\n'
    )


def escaped(texts: list[str]) -> list[str]:
    """Escape many texts for HTML at the cost of one: joined by a NUL, which no text of a database has."""
    made = str(escape("\0".join(texts))).split("\0")
    return made if len(made) == len(texts) else [str(escape(text)) for text in texts]


def status(state: str, bounces: str | None, communications: bool, has_email: bool, verified: bool) -> tuple[str, str]:
    """Give the one word that matters most about a customer, and the class of the shape beside it."""
    if state == "archived":
        return "Archived", "is off"
    if bounces not in (None, "none"):
        return "Mail bounces", "is wrong"
    if not communications:
        return "Mail off", "is off"
    return ("Unverified", "is wait") if has_email and not verified else ("Active", "is")


@lru_cache(maxsize=4096)
def amount_cells(minor: int, currency: str, wallets: int, locale: str) -> str:
    """Write the cells of an amount and its currency, with the number of further wallets."""
    digits = {0: " d0", 3: " d3"}.get(money.exponent(currency), "")
    amount, more = escape(money.format_amount(minor, currency, locale)), f" +{wallets - 1}" if wallets > 1 else ""
    return f'<td class="amt money{digits}{" neg" if minor < 0 else ""}">{amount}</td><td class="cur min">{escape(currency)}{more}</td>'


def dashed(key: object) -> str:
    """Write a row's id as a UUID; SQLite keeps it as 32 digits."""
    text = str(key)
    return text if len(text) == 36 else f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
