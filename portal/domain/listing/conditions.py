"""Each filter as a condition on `Customer`, its values as named parameters, so that statements can be kept.

A filter on another table picks customers by what they have there. Where few are picked the list starts from them; where
many are, it walks in its own order and looks each one up. Which of the two it is, is asked of the index first.
"""

from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, Text, bindparam, case, cast, func, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.elements import ColumnElement

from portal.domain.listing import attribute_conditions
from portal.domain.listing.filters import Filters, day_end, day_start
from portal.domain.listing.sorting import BILLING, MAIN, PRIMARY
from portal.model import Address, Contact, Customer, TaxId, Wallet
from portal.values import money

FEW = 1000

Shape = tuple[tuple[str, str, str], ...]
"""Of each filter: name, variant, and for one on another table whether it picks "few", "many" or the "rest"."""


class Picked(NamedTuple):
    """Customers by what they have in another table."""

    customer_id: InstrumentedAttribute
    conditions: tuple = ()
    negated: bool = False

    def select(self) -> Select:
        return select(self.customer_id).where(*self.conditions)


def shape_of(session: Session, filters: Filters, zone: str = "UTC") -> Shape:
    """Give what of the filters decides how the statement reads; the values themselves are parameters."""
    given = parameters(filters, session.get_bind().dialect.name, zone)
    shape = [("status", "any" if filters.values.get("status") == "any" else "one", "")]
    if filters.within is not None:
        shape.append(("within", "one", ""))
    for name, value in sorted(filters.values.items()):
        if name in PICKS:
            shape.append((name, _variant(value), _amount(session, name, _variant(value), given)))
        elif name != "status":
            shape.append((name, _variant(value), ""))
    shape += attribute_conditions.shape(session, filters.attributes)
    return tuple(shape + [("custom", str(key.count(".") + 1), "") for key, _ in filters.custom])


def parameters(filters: Filters, dialect: str, zone: str = "UTC") -> dict[str, object]:
    """Give the values of the statement's parameters; days are days of `zone`."""
    values = filters.values
    given: dict[str, object] = {"status": values.get("status", "active")}
    for name in ("country", "currency", "entity"):
        if name in values:
            given[name] = list(values[name])
    if filters.within is not None:
        given["within"] = list(filters.within)
    if isinstance(values.get("parent"), UUID):
        given["parent"] = values["parent"]
    if values.get("bounce") not in {None, "any"}:
        given["bounce"] = values["bounce"]
    for name in ("added_from", "changed_from"):
        if name in values:
            given[name] = day_start(values[name], zone)
    for name in ("added_to", "changed_to"):
        if name in values:
            given[name] = day_end(values[name], zone)
    for number, (key, value) in enumerate(filters.custom):
        parts = key.split(".")
        given[f"custom{number}"] = value
        given[f"path{number}"] = "$" + "".join(f'."{part}"' for part in parts)
        given |= {f"part{number}_{place}": part for place, part in enumerate(parts)}
    if filters.attributes:
        given |= attribute_conditions.parameters(filters.attributes, dialect)
    return given


def build(shape: Shape, dialect: str) -> list[ColumnElement[bool]]:
    """Build the conditions of a shape."""
    conditions, number, asked = [], 0, 0
    for name, variant, amount in shape:
        if name == "custom":
            conditions.append(_custom(dialect, number, int(variant)))
            number += 1
        elif name == attribute_conditions.NAME:
            conditions.append(attribute_conditions.build(variant, amount, dialect, asked))
            asked += 1
        elif name in PICKS:
            conditions.append(_picked(PICKS[name](variant), amount))
        elif name != "status" or variant != "any":
            conditions.append(_PLAIN[name](variant))
    return conditions


def _variant(value: object) -> str:
    return value if isinstance(value, str) else "one"


def _amount(session: Session, name: str, variant: str, given: dict) -> str:
    """Tell whether few or many are picked; "rest" where the others are wanted."""
    asked = _how_many(name, variant)
    if asked is None:
        return "rest"
    return "many" if session.connection().scalar(asked, given) > FEW else "few"


@lru_cache(maxsize=64)
def _how_many(name: str, variant: str) -> Select | None:
    picked = PICKS[name](variant)
    return None if picked.negated else select(func.count()).select_from(picked.select().limit(FEW + 1).subquery())


def _picked(picked: Picked, amount: str) -> ColumnElement[bool]:
    if amount == "few":
        return Customer.id.in_(picked.select())
    held = picked.select().where(picked.customer_id == Customer.id).correlate(Customer).exists()
    return ~held if picked.negated else held


def _country(variant: str) -> Picked:
    return Picked(Address.customer_id, (BILLING, Address.country.in_(bindparam("country", expanding=True))))


def _currency(variant: str) -> Picked:
    return Picked(Wallet.customer_id, (Wallet.currency.in_(bindparam("currency", expanding=True)),))


def _balance(variant: str) -> Picked:
    if variant == "none":
        return Picked(Wallet.customer_id, (), negated=True)
    test = {"credit": Wallet.balance > 0, "below": Wallet.balance < 0, "zero": Wallet.balance == 0, "money": Wallet.balance != 0}[variant]
    return Picked(Wallet.customer_id, (MAIN, _ANY_CURRENCY, test))


def _bounce(variant: str) -> Picked:
    state = Contact.bounce_state != "none" if variant == "any" else Contact.bounce_state == bindparam("bounce")
    return Picked(Contact.customer_id, (PRIMARY, state))


def _tax(variant: str) -> Picked:
    return Picked(TaxId.customer_id, (), negated=variant == "no")


def _parent(variant: str) -> ColumnElement[bool]:
    if variant == "one":
        return Customer.parent_id == bindparam("parent")
    return Customer.parent_id.is_not(None) if variant == "yes" else Customer.parent_id.is_(None)


def _moment(name: str):
    return bindparam(name, type_=Customer.created_at.type)


def _custom(dialect: str, number: int, parts: int) -> ColumnElement[bool]:
    wanted = bindparam(f"custom{number}", type_=Text)
    if dialect == "postgresql":
        path = [bindparam(f"part{number}_{place}", type_=Text) for place in range(parts)]
        return func.jsonb_extract_path_text(Customer.custom_data, *path) == wanted
    # SQLite reads true and false as 1 and 0; as text they are what the JSON has.
    path = bindparam(f"path{number}", type_=Text)
    kind, value = func.json_type(Customer.custom_data, path), func.json_extract(Customer.custom_data, path)
    return case((kind.in_(("true", "false")), kind), else_=cast(value, Text)) == wanted


# Every currency there is: so the index over (currency, balance) is entered at the right balance of each.
_ANY_CURRENCY = Wallet.currency.in_([literal_column(f"'{code}'") for code in sorted(money.EXPONENTS)])

PICKS = {"country": _country, "currency": _currency, "balance": _balance, "bounce": _bounce, "tax": _tax}

_PLAIN = {
    "status": lambda variant: Customer.status == bindparam("status"),
    "entity": lambda variant: Customer.business_entity_id.in_(bindparam("entity", expanding=True)),
    "within": lambda variant: Customer.business_entity_id.in_(bindparam("within", expanding=True)),
    "mail": lambda variant: Customer.communications.is_(variant == "on"),
    "exempt": lambda variant: Customer.tax_exempt.is_(variant == "yes"),
    "parent": _parent,
    "added_from": lambda variant: Customer.created_at >= _moment("added_from"),
    "added_to": lambda variant: Customer.created_at < _moment("added_to"),
    "changed_from": lambda variant: Customer.updated_at >= _moment("changed_from"),
    "changed_to": lambda variant: Customer.updated_at < _moment("changed_to"),
}
