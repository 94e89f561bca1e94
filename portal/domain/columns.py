"""The CSV contract: our columns, what other systems' exports call them, and the sample file."""

import csv
import io
import re
from collections.abc import Mapping as Mappings
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from portal.values.text import fold

_ADDRESS = {
    "address_line1": ("line 1", "address", "address 1", "address line 1", "street", "street address", "street address line 1"),
    "address_line2": ("line 2", "address 2", "address line 2", "street 2", "street address line 2"),
    "address_line3": ("line 3", "address 3", "address line 3", "street 3"),
    "city": ("city", "town", "suburb"),
    "state": ("state", "region", "province", "county", "state region", "state code", "state province"),
    "zip_code": ("zip", "zip code", "zipcode", "postal code", "postcode", "postal", "post code"),
    "country": ("country", "country code", "country region"),
}
_PLACES = ("address", "billing", "billing address", "bill to", "card address", "default address", "mailing")
_SHIPPING_PLACES = ("shipping", "shipping address", "ship to", "delivery", "delivery address")

CUSTOMER_COLUMNS: dict[str, tuple[str, ...]] = {
    "customer_name": (
        "name", "customer", "company", "company name", "organization", "organization name", "organisation", "account name",
        "legal name", "business name", "display name", "customer full name", "full name",
    ),
    "external_id": (
        "id", "customer id", "customer external id", "external customer id", "record id", "account id", "company id", "customer key",
        "customer number", "account number", "crm id", "handle",
    ),
    "email": ("email address", "e mail", "customer email", "main email", "billing email", "primary email", "company email", "work email"),
    **{
        column: (*names, *(f"{place} {name}" for place in _PLACES for name in names), *(("billing address",) if column[-1] == "1" else ()))
        for column, names in _ADDRESS.items()
    },
    "phone": ("phone number", "telephone", "main phone", "tel", "mobile", "billing phone", "billing address phone", "company phone"),
    "tax_id_type": ("tax id kind", "tax type", "tax id name", "tax number type", "tax identifier type"),
    "tax_id_number": (
        "tax id", "tax number", "tax id value", "tax identification number", "tax identifier", "vat number", "vat id", "vat", "gstin",
        "tax resale no", "business number",
    ),
    "custom_data": ("metadata", "meta data", "custom fields", "custom field", "cf", "additional data"),
    "wallet_currency": ("balance currency", "credit currency", "wallet currency code"),
    "wallet_balance": ("balance", "credit balance", "account balance", "opening balance", "promotional credits", "wallet credits"),
    "parent_external_id": ("parent customer id", "parent id", "parent account id", "parent company id", "parent customer"),
    **{
        f"shipping_{column}": tuple(f"{place} {name}" for place in _SHIPPING_PLACES for name in names)
        for column, names in _ADDRESS.items()
    },
    "currency": ("preferred currency", "customer currency", "preferred currency code", "currency code"),
    "locale": ("language", "preferred language", "preferred locale", "preferred locales"),
    "time_zone": ("timezone", "tz"),
    "communications": ("email communications", "send emails", "communications enabled"),
    "tax_exempt": ("tax exemption", "exempt", "is tax exempt", "tax exempt status"),
    "tax_exempt_reason": ("exemption reason", "exempt reason", "tax exemption reason"),
    "notes": ("note", "description", "comments", "comment", "memo", "about us"),
}  # fmt: skip

CONTACT_COLUMNS: dict[str, tuple[str, ...]] = {
    "customer_external_id": (
        "customer id", "external id", "external customer id", "account id", "company id", "customer", "customer number",
        "associated company id", "record id associated company",
    ),
    "customer_email": ("company email", "account email", "billing email"),
    "name": ("contact name", "full name", "display name", "contact"),
    "first_name": ("firstname", "given name", "forename"),
    "last_name": ("lastname", "surname", "family name"),
    "email": ("email address", "e mail", "contact email", "work email"),
    "phone": ("phone number", "telephone", "mobile", "tel", "mobile phone number"),
    "job_title": ("title", "position", "role", "job"),
    "receives": ("topics", "notifications", "sent", "gets", "email preferences", "send"),
    "locale": ("language", "preferred language"),
    "time_zone": ("timezone", "tz"),
}  # fmt: skip

CONTRACT = {"customers": CUSTOMER_COLUMNS, "contacts": CONTACT_COLUMNS}
REQUIRED = {"customers": ("customer_name",), "contacts": ("email",)}

SAMPLE_NAME = "John Doe"
_SAMPLE_KEY = SAMPLE_NAME.lower()
SAMPLE_ID = "CUST-EXAMPLE"
SAMPLE_EMAIL = "john.doe@example.com"
SAMPLE_FILE = "customers-sample.csv"
_SAMPLE = {
    "customer_name": SAMPLE_NAME,
    "external_id": SAMPLE_ID,
    "email": SAMPLE_EMAIL,
    "address_line1": "500 Howard Street",
    "address_line2": "Floor 4",
    "city": "San Francisco",
    "state": "CA",
    "zip_code": "94105",
    "country": "US",
    "phone": "+1 415-555-2671",
    "tax_id_type": "us_ein",
    "tax_id_number": "04-2103594",
    "custom_data": '{"segment": "smb"}',
    "wallet_currency": "USD",
    "wallet_balance": "250.00",
}


class Added(Protocol):
    """A column beside ours, by its name."""

    name: str


class Headings(Protocol):
    """Says which added column a header names, and how good a name for it that is; 0 is the best."""

    def find(self, title: str) -> tuple[Added, int] | None: ...


@dataclass
class Mapping:
    """Where each of our columns stands in a file; `by_header` says it in the file's own words, `left_out` is not read."""

    places: dict[str, int] = field(default_factory=dict)
    added: list[Added] = field(default_factory=list)
    """The columns beside ours that the file has; their places are by their names."""
    by_header: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    twice: tuple[str, int, int] | None = None
    """A header that stands twice, and its two places (from 1)."""


def map_header(kind: str, header: list[str], added: Headings | None = None) -> Mapping:
    """Find our columns in a header by their names, then those that were added, then by the synonyms of other systems.

    The better name wins.
    """
    found = Mapping()
    ranks: dict[str, int] = {}
    known = _by_word(kind)
    seen: dict[tuple[str, str], int] = {}
    beside: dict[str, Added] = {}
    for place, title in enumerate(header):
        word = squeezed(title)
        column, rank = known.get(word, ("", 0))
        if added and not is_ours(kind, title) and (other := added.find(title)) is not None:
            column, rank = other[0].name, other[1]
            beside[column] = other[0]
        if column and (word, column) in seen:
            found.twice = found.twice or (title.strip(), seen[word, column] + 1, place + 1)
        seen.setdefault((word, column), place)
        if column and rank < ranks.get(column, 1_000):
            ranks[column] = rank
            found.places[column] = place
    found.added = list(beside.values())
    chosen = {place: column for column, place in found.places.items()}
    for place, title in enumerate(header):
        if place in chosen:
            found.by_header[title.strip()] = chosen[place]
        elif title.strip():
            found.left_out.append(title.strip())
    return found


def is_ours(kind: str, title: str) -> bool:
    """Tell whether a header is ours before it may be an added column's: one of our names, or any that says a needed one."""
    column, rank = _by_word(kind).get(squeezed(title), ("", 0))
    return bool(column) and (rank == 0 or column in REQUIRED[kind])


def is_sample(name: str, external_id: str, email: str) -> bool:
    """Tell whether a row is the example row of the sample file, left in by mistake."""
    return name.strip().lower() == _SAMPLE_KEY and (
        external_id.strip().upper() == SAMPLE_ID or email.strip().lower() == SAMPLE_EMAIL or not (external_id.strip() or email.strip())
    )


def sample(more: Mappings[str, str] | None = None) -> str:
    """Give the sample file: our columns and any more {name: example}, and one row that an import recognises and refuses."""
    row = _SAMPLE | dict(more or {})
    out = io.StringIO()
    csv.writer(out).writerows((row.keys(), row.values()))
    return out.getvalue()


@lru_cache(maxsize=4096)
def squeezed(title: str) -> str:
    """Bring a header to what is compared: letters and digits only, without case and accents."""
    return re.sub(r"[\W_]+", "", fold(title))


@lru_cache(maxsize=4)
def _by_word(kind: str) -> dict[str, tuple[str, int]]:
    """Index all names: the column and how good a name it is (0 is ours)."""
    words: dict[str, tuple[str, int]] = {}
    for column in CONTRACT[kind]:
        words[squeezed(column)] = (column, 0)
    for column, synonyms in CONTRACT[kind].items():
        for rank, synonym in enumerate(synonyms, 1):
            words.setdefault(squeezed(synonym), (column, rank))
    return words
