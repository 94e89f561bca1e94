"""Which customer of the database a row means: by its ID, else by its email, else (having neither) by its name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from portal.domain.imports.customer_rows import CustomerRow
from portal.domain.imports.looking import Key, Lookup
from portal.model.address import PARTS
from portal.model.customer import sort_key


class Kept(NamedTuple):
    """What is kept of a customer, as far as a row can change it."""

    id: Key
    name: str
    external_id: str | None
    email: str | None
    email_key: str | None
    phone: str | None
    locale: str | None
    time_zone: str | None
    currency: str | None
    communications: bool
    tax_exempt: bool
    tax_exempt_reason: str
    custom_data: dict
    notes: str
    status: str
    business_entity_id: Key
    attributes: dict


class KeptWallet(NamedTuple):
    """What is kept of a wallet; the balance in minor units."""

    currency: str
    balance: int
    status: str
    is_main: bool


_CUSTOMER = f"SELECT {', '.join(Kept._fields)} FROM customer"
_ADDRESS = f"SELECT customer_id, is_billing, is_shipping, {', '.join(PARTS)} FROM address"
_TAX_ID = "SELECT customer_id, kind, value FROM tax_id"
_WALLET = "SELECT customer_id, currency, balance, status, is_main FROM wallet"
_NAMELESS = "AND external_id IS NULL AND email_key IS NULL ORDER BY id DESC"
_DATA = Kept._fields.index("custom_data")


@dataclass
class Known:
    """The customers that a batch of rows may mean, with what their rows can change."""

    by_external_id: dict[str, Kept] = field(default_factory=dict)
    by_email: dict[str, Kept] = field(default_factory=dict)
    by_name: dict[str, Kept] = field(default_factory=dict)
    billing: dict[Key, dict[str, str]] = field(default_factory=dict)
    shipping: dict[Key, dict[str, str]] = field(default_factory=dict)
    tax_ids: dict[Key, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    wallets: dict[Key, dict[str, KeptWallet]] = field(default_factory=lambda: defaultdict(dict))

    def match(self, row: CustomerRow) -> Kept | None:
        """Give the customer that a row means."""
        if row.external_id and (kept := self.by_external_id.get(row.external_id)) is not None:
            return kept
        if row.email_key:
            kept = self.by_email.get(row.email_key)
            return kept if kept is not None and not (row.external_id and kept.external_id) else None
        if row.external_id:
            return None
        return self.by_name.get(row.name)

    def holder_of_email(self, row: CustomerRow, kept: Kept | None) -> Kept | None:
        """Give another customer that has the row's email already."""
        holder = self.by_email.get(row.email_key) if row.email_key else None
        return holder if holder is not None and (kept is None or holder.id != kept.id) else None


def known(look: Lookup, rows: list[CustomerRow]) -> Known:
    """Load the customers that some rows may mean."""
    found = Known()
    _take(found, look, "external_id", [row.external_id for row in rows if row.external_id])
    _take(found, look, "email_key", [row.email_key for row in rows if row.email_key and row.email_key not in found.by_email])
    if names := {row.name for row in rows if not row.external_id and not row.email_key}:
        for kept in _customers(look, "name_key", {sort_key(name) for name in names}, more=_NAMELESS):
            if kept.name in names:
                found.by_name[kept.name] = kept
    matched = {kept.id for table in (found.by_external_id, found.by_email, found.by_name) for kept in table.values()}
    if matched:
        _load_parts(look, matched, found)
    return found


def _take(found: Known, look: Lookup, column: str, keys: list[str]) -> None:
    for kept in _customers(look, column, keys):
        if kept.external_id:
            found.by_external_id[kept.external_id] = kept
        if kept.email_key:
            found.by_email[kept.email_key] = kept


def _customers(look: Lookup, column: str, values: Iterable[str], *, more: str = "") -> Iterator[Kept]:
    for row in look.among(_CUSTOMER, column, values, more=more):
        yield Kept(*row[:_DATA], look.data(row[_DATA]), *row[_DATA + 1 : -1], look.data(row[-1]))


def _load_parts(look: Lookup, customer_ids: set[Key], found: Known) -> None:
    for customer_id, is_billing, is_shipping, *parts in look.among(
        _ADDRESS, "customer_id", customer_ids, more="AND (is_billing OR is_shipping)"
    ):
        kept = dict(zip(PARTS, parts, strict=True))
        if is_billing:
            found.billing[customer_id] = kept
        if is_shipping:
            found.shipping[customer_id] = kept
    for customer_id, kind, value in look.among(_TAX_ID, "customer_id", customer_ids, more="ORDER BY id"):
        found.tax_ids[customer_id].append((kind, value))
    for customer_id, *wallet in look.among(_WALLET, "customer_id", customer_ids):
        found.wallets[customer_id][wallet[0]] = KeptWallet(*wallet)
