"""The ledger of a wallet as it is asked for: the filters in words and addresses, the pages, and what to say when nothing fits."""

from uuid import UUID

from flask import request, url_for

from portal.domain import wallets
from portal.model import Wallet
from portal.web.database import session
from portal.web.filters import day, reader
from portal.web.forms.ledger import EntryFilterForm

LABELS = {"kind": "Kind", "reason": "Reason", "by": "Who", "from": "From", "to": "Until", "min": "Amount from", "max": "Amount to"}
WIDENING = (("min", "max"), ("from", "to"), ("by",), ("kind",), ("reason",))
WITHOUT = {"min": "the amount", "from": "the days", "by": "the person", "kind": "the kind", "reason": "the reason"}


def ledger(wallet: Wallet) -> dict:
    """Read what the query asks for of a wallet's ledger, as the templates take it."""
    locale, zone = reader()
    form = EntryFilterForm.of(request.args, currency=wallet.currency, locale=locale, zone=zone)
    read, filters = form.pairs(), form.filters
    asked = {name: read[name] for name in LABELS if name in read}
    before, after = request.args.get("before", type=int), request.args.get("after", type=int)
    page = wallets.entries(session(), wallet, filters, before=before, after=after if before is None else None)
    shown = form if "filter" in request.args or form.errors else None
    person = filters.by if isinstance(filters.by, UUID) else None
    if shown or person:
        form.by.choices += [(str(user_id), name) for user_id, name in wallets.people(session(), wallet, also=person)]
    address = Address(wallet, asked)
    return {
        "page": page,
        "words": entry_words(page),
        "older": address(before=page.older) if page.older else None,
        "newer": _newer(address, page) if not page.newest else None,
        "filter_form": shown,
        "chips": [{"name": LABELS[name], "value": _words(form, name), "remove_href": address.without(name)} for name in asked],
        "add_href": address(filter=1),
        "all_href": address.bare,
        "looked_for": _looked_for(form, asked),
        "wider": _wider(address, asked),
    }


class Address:
    """The address of a wallet's ledger with what narrows it, and something more: called with names and values."""

    def __init__(self, wallet: Wallet, asked: dict[str, str]):
        self.wallet, self.asked = wallet, asked

    def __call__(self, **more: object) -> str:
        where = {"customer_id": self.wallet.customer_id, "wallet_id": self.wallet.id}
        return url_for("console.wallets.show", **where, **self.asked, **more)

    @property
    def bare(self) -> str:
        return Address(self.wallet, {})()

    def without(self, *names: str) -> str:
        return Address(self.wallet, {name: value for name, value in self.asked.items() if name not in names})()


def _newer(address: Address, page: wallets.EntryPage) -> str:
    return address(after=page.newer) if page.looked else address(before=page.newer)


def entry_words(page: wallets.EntryPage) -> str:
    """Say which entries a page shows, of how many."""
    if not page.rows:
        return ""
    if page.looked:
        low, high = page.looked
        fit = "1 entry fits" if len(page.rows) == 1 else f"{len(page.rows)} entries fit"
        return f"{fit} among the numbers {low:,} to {high:,}" if (low, high) != (1, page.total) else f"{fit} among all {page.total:,}"
    if page.total == 1:
        return "1 entry"
    if len(page.rows) == page.total:
        return f"{page.total:,} entries"
    return f"Newest {len(page.rows)} of {page.total:,} entries" if page.newest else f"Entries {page.rows[-1].seq:,} to {page.rows[0].seq:,}"


def _words(form: EntryFilterForm, name: str) -> str:
    """Write what a filter asks for: a choice in its words, a day as a day, an amount as it was typed with its currency."""
    if name in {"from", "to"}:
        return day(form.from_.data if name == "from" else form.to.data)
    if name in {"min", "max"}:
        return f"{form[name].raw.strip()} {form[name].currency}"
    return form[name].words


def _looked_for(form: EntryFilterForm, asked: dict[str, str]) -> str:
    """Say in one line what is looked for: "Goodwill, by Chiara Petrović, from 1 Nov 2026"."""
    before = {"by": "by ", "from": "from ", "to": "until ", "min": "at least ", "max": "at most "}
    words = ", ".join(f"{before.get(name, '')}{_words(form, name)}" for name in LABELS if name in asked)
    return words[:1].upper() + words[1:]


def _wider(address: Address, asked: dict[str, str]) -> tuple[str, str] | None:
    """Give the best way to find more: what narrows most is left out first; None where nothing else would be left."""
    for names in WIDENING:
        if set(names) & asked.keys() and not asked.keys() <= set(names):
            return f"Without {WITHOUT[names[0]]}", address.without(*names)
    return None
