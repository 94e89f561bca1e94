"""What each filter picks: customers by what they are themselves, or by what they have in another table.

Also those who lack what an order goes by ("external_id", "email", "billing", "main"): they come last there.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Select, bindparam, except_, func, literal_column, select, text, union_all
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql.elements import ColumnElement

from portal.domain.listing.sorting import BILLING, BOUNCED, MAIN, NOT_MAIN, PRIMARY
from portal.model import Address, Contact, Customer, TaxId, Wallet
from portal.values import money


class Picked(NamedTuple):
    """Customers, by what names them in a table, and by conditions there; `ways` are what divides the rows among indexes."""

    customer_id: InstrumentedAttribute
    conditions: tuple = ()
    negated: bool = False
    ways: tuple = ()

    def select(self, dialect: str) -> Select:
        """Select the ids of those who are picked."""
        if self.negated:
            # SQLite merges two indexes for an EXCEPT and looks into one for each row without; PostgreSQL does it the other way.
            held = select(self.customer_id).where(*self.conditions)
            others = select(_OTHER.id)
            return except_(others, held) if dialect == "sqlite" else others.where(~held.where(self.customer_id == _OTHER.id).exists())
        found = [select(self.customer_id).where(*way, *self.conditions) for way in self.ways or ((),)]
        return found[0] if len(found) == 1 else union_all(*found)

    def met(self) -> ColumnElement[bool]:
        """The condition that a customer, once met, is one of them."""
        held = select(self.customer_id).where(self.customer_id == Customer.id, *self.conditions).correlate(Customer).exists()
        return ~held if self.negated else held


def condition(name: str, variant: str, amount: str, dialect: str) -> ColumnElement[bool]:
    """Build the condition of a filter: one to start from where it picks "few", else one that a customer is held against."""
    if amount == "few":
        return Customer.id.in_(picked(name, variant).select(dialect))
    if name in PICKS:
        return PICKS[name](variant).met()
    held = OWN[name](variant, Customer)
    return held.is_(True) if amount == "many" else held  # "is true" leaves an index out: so many would have to be sorted


def picked(name: str, variant: str) -> Picked | None:
    """Give what a filter picks; None where no index can tell."""
    if name in PICKS:
        return PICKS[name](variant)
    return Picked(_OTHER.id, (OWN[name](variant, _OTHER),)) if variant in INDEXED.get(name, ()) else None


@lru_cache(maxsize=64)
def how_many(name: str, variant: str, dialect: str) -> Select | None:
    """Build the statement that counts what a filter picks, up to the parameter `limit`; None where no index can tell."""
    found = picked(name, variant)
    return None if found is None else select(func.count()).select_from(found.select(dialect).limit(bindparam("limit")).subquery())


def _country(variant: str) -> Picked:
    return Picked(Address.customer_id, (BILLING, Address.country.in_(bindparam("country", expanding=True))))


def _currency(variant: str) -> Picked:
    return Picked(Wallet.customer_id, (Wallet.currency.in_(bindparam("currency", expanding=True)),), ways=((MAIN,), (NOT_MAIN,)))


def _balance(variant: str) -> Picked:
    if variant == "none":
        return Picked(Wallet.customer_id, negated=True)
    test = {"credit": Wallet.balance > 0, "below": Wallet.balance < 0, "zero": Wallet.balance == 0, "money": Wallet.balance != 0}[variant]
    return Picked(Wallet.customer_id, (MAIN, _ANY_CURRENCY, test))


def _bounce(variant: str) -> Picked:
    if variant == "any":
        return Picked(Contact.customer_id, (PRIMARY, BOUNCED))
    state = Contact.bounce_state == bindparam("bounce")
    return Picked(Contact.customer_id, (PRIMARY, state) if variant == "none" else (PRIMARY, BOUNCED, state))


def _billing(variant: str) -> Picked:
    return Picked(Address.customer_id, (BILLING,), negated=True)


def _main(variant: str) -> Picked:
    return Picked(Wallet.customer_id, (MAIN,), negated=True)


def _tax(variant: str) -> Picked:
    return Picked(TaxId.customer_id, negated=variant == "no")


def _parent(variant: str, of: type[Customer]) -> ColumnElement[bool]:
    if variant == "one":
        return of.parent_id == bindparam("parent")
    return of.parent_id.is_not(None) if variant == "yes" else of.parent_id.is_(None)


def _status(variant: str, of: type[Customer]) -> ColumnElement[bool]:
    return of.status == bindparam("status")


def _reached(name: str) -> Callable[[str, type[Customer]], ColumnElement[bool]]:
    return lambda variant, of: of.business_entity_id.in_(bindparam(name, expanding=True))


def _days(name: str, column: str) -> Callable[[str, type[Customer]], ColumnElement[bool]]:
    """Build what a range of days is tested by; its variant names the ends that it has."""

    def test(variant: str, of: type[Customer]) -> ColumnElement[bool]:
        at = getattr(of, column)
        ends = {"from": at >= bindparam(f"{name}_from", type_=at.type), "to": at < bindparam(f"{name}_to", type_=at.type)}
        first, *rest = (ends[end] for end in variant.split())
        return first & rest[0] if rest else first

    return test


def _mail(variant: str, of: type[Customer]) -> ColumnElement[bool]:
    return text("NOT other.communications") if of is _OTHER else of.communications.is_(variant == "on")


def _exempt(variant: str, of: type[Customer]) -> ColumnElement[bool]:
    return text("other.tax_exempt") if of is _OTHER else of.tax_exempt.is_(variant == "yes")


# Every currency there is: so the index over (currency, balance) is entered at the right balance of each.
_ANY_CURRENCY = Wallet.currency.in_([literal_column(f"'{code}'") for code in sorted(money.EXPONENTS)])
_OTHER = aliased(Customer, name="other")

PICKS: dict[str, Callable[[str], Picked]] = {
    "country": _country,
    "currency": _currency,
    "balance": _balance,
    "bounce": _bounce,
    "tax": _tax,
    "billing": _billing,
    "main": _main,
}
OWN: dict[str, Callable[[str, type[Customer]], ColumnElement[bool]]] = {
    "status": _status,
    "entity": _reached("entity"),
    "within": _reached("within"),
    "mail": _mail,
    "exempt": _exempt,
    "parent": _parent,
    "added": _days("added", "created_at"),
    "changed": _days("changed", "updated_at"),
    "external_id": lambda variant, of: of.external_id.is_(None),
    "email": lambda variant, of: of.email_key.is_(None),
}
INDEXED = {
    "status": ("archived",),
    "entity": ("one",),
    "within": ("one",),
    "mail": ("off",),
    "exempt": ("yes",),
    "parent": ("yes", "one"),
    "added": ("from", "to", "from to"),
    "changed": ("from", "to", "from to"),
    "external_id": ("none",),
    "email": ("none",),
}
"""Which variants of a customer's own filters an index tells about."""
