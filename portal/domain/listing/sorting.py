"""The orders of the list. Each is walked by keys that an index holds, from any row on, in both directions.

Where the sorted value may be missing, the order has two sections: the rows that have one, then the others by name.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, text
from sqlalchemy.sql.elements import ColumnElement

from portal.model import Address, Customer, Wallet

DEFAULT = "name"


@dataclass(frozen=True)
class Section:
    """A stretch of an order: key columns with their types, the rows it has, and the table its keys come from."""

    keys: tuple
    kinds: tuple[type, ...]
    where: tuple[ColumnElement[bool], ...] = ()
    joined: type | None = None
    turns: bool = True
    """Whether a descending sort turns it round."""
    lacks: str = ""
    """What its rows lack, as one of `picks`: an index may tell who they are, if they are few."""

    @property
    def by_name(self) -> bool:
        return self.keys == _BY_NAME

    def join(self, statement: Select) -> Select:
        """Bring in the table of the keys."""
        return statement.join(self.joined, self.joined.customer_id == Customer.id) if self.joined else statement


# Written as the partial indexes have it: SQLite takes an index only where its very condition stands in the query.
# The keys are compared with "" for the same end: an index is entered where its first column is bounded.
BILLING = text("address.is_billing")
MAIN, NOT_MAIN = text("wallet.is_main"), text("NOT wallet.is_main")
PRIMARY, BOUNCED = text("contact.is_primary"), text("contact.bounce_state <> 'none'")

_BY_NAME = (Customer.name_key, Customer.id)


def _others(lacks: str) -> Section:
    return Section(_BY_NAME, (str, UUID), turns=False, lacks=lacks)


SORTS: dict[str, tuple[Section, ...]] = {
    "name": (Section(_BY_NAME, (str, UUID)),),
    "external_id": (
        Section((Customer.external_id,), (str,), (Customer.external_id.is_not(None),)),
        _others("external_id"),
    ),
    "email": (
        Section((Customer.email_key,), (str,), (Customer.email_key.is_not(None),)),
        _others("email"),
    ),
    "city": (
        Section((Address.city_key, Address.customer_id), (str, UUID), (BILLING, Address.city_key >= ""), Address),
        _others("billing"),
    ),
    "balance": (
        Section((Wallet.currency, Wallet.balance, Wallet.customer_id), (str, int, UUID), (MAIN, Wallet.currency > ""), Wallet),
        _others("main"),
    ),
    "status": (Section((Customer.status, *_BY_NAME), (str, str, UUID)),),
    "created": (Section((Customer.created_at, Customer.id), (datetime, UUID)),),
    "updated": (Section((Customer.updated_at, Customer.id), (datetime, UUID)),),
}


def parse(text: str) -> tuple[str, bool]:
    """Read a sort as it stands in an address: "city", or "-city" for descending; the default when it is none."""
    name = text.removeprefix("-")
    return (name, text.startswith("-")) if name in SORTS else (DEFAULT, False)
