"""The close setting of the list: rows of 32 px with the columns that the airy one has no room for.

Columns leave in this order where the table is narrow: tax ID, last change, email and contacts, country and status, ID.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from flask_login import current_user
from markupsafe import Markup, escape

from portal.domain.listing import Detail
from portal.values import countries, locales, tax_ids
from portal.web.console.customers.rows import NO_WALLET, NONE, UNKNOWN, amount_cells, dashed, escaped, status

COLUMNS = {
    "Name": "",
    "Customer ID": "lo1",
    "Email": "lo4",
    "Country": "lo2",
    "Tax ID": "lo5",
    "Contacts": "amt lo4",
    "Balance": "amt money",
    "Currency": "cur",
    "Status": "lo2",
    "Last change": "lo3",
}
LONG = 24
"""Names of more characters may be cut short in their column; the pointer shows them whole."""


def chosen() -> bool:
    """Tell whether the person who reads has set lists close."""
    return current_user.row.display.get("density") == "close"


def heads(airy: list[dict], address, sort: str) -> list[dict]:
    """Give the heads of the columns: those of the airy list where it has them, and the last change to sort by."""
    known = {head["label"]: head for head in airy}
    known["Last change"] = {"href": address(sort="updated" if sort == "-updated" else "-updated")}
    if sort.removeprefix("-") == "updated":
        known["Last change"]["sorted"] = "descending" if sort.startswith("-") else "ascending"
    return [known.get(label, {}) | {"label": label, "class": kind} for label, kind in COLUMNS.items()]


def body(rows: Iterable, details: Iterable[Detail], here: str, locale: str, zone: str) -> Markup:
    """Write the rows of a page, each a line of the table; `here` is the address of the list, under which each has its page."""
    there, here, written = locales.zone(zone), str(escape(here)), []
    for row, detail in zip([tuple(row) for row in rows], details, strict=True):
        key, balance, currency, wallets, state, communications, bounces, verified = (row[0], *row[6:13])
        name, external_id, email, city, country, tax_id = escaped([*(text or "" for text in row[1:5]), _country(row[5]), _tax_id(detail)])
        word, kind = status(state, bounces, communications, bool(email), verified)
        whole = f' title="{name}"' if len(row[1]) > LONG else ""
        more = f" +{detail.tax_ids - 1}" if detail.tax_ids > 1 else ""
        written.append(
            f'<tr><th scope="row"><a href="{here}{dashed(key)}"{whole}>{name}</a>'
            f'<span class="sub narrow">{external_id or "No customer ID"}{f" · {city}" if city else ""}</span></th>'
            f'<td class="lo1 mute">{external_id or NONE}</td><td class="lo4">{email or NONE}</td><td class="lo2">{country or UNKNOWN}</td>'
            f'<td class="lo5 mute">{tax_id or NONE}{more}</td><td class="amt lo4">{detail.contacts}</td>'
            f"{amount_cells(balance, currency, wallets, locale) if currency else NO_WALLET}"
            f'<td class="lo2"><span class="{kind}">{word}</span></td>'
            f'<td class="lo3 date">{_day(detail.updated_at.astimezone(there).date(), locale)}</td></tr>\n'
        )
    return Markup("".join(written))


def _country(code: str | None) -> str:
    return countries.country_name(code) if code else ""


def _tax_id(detail: Detail) -> str:
    return tax_ids.format_tax_id(detail.tax_kind, detail.tax_value) if detail.tax_value else ""


@lru_cache(maxsize=1024)
def _day(day: date, locale: str) -> Markup:
    return escape(locales.format_date(day, locale))
