"""The filters of a list as conditions on `Customer`, their values as named parameters, so that statements can be kept.

Where a filter picks few customers the list starts from them; where it picks many, it walks in its own order and holds each one
against the filter. Which of the two it is, is asked of the index first. In the order of the filter's own index there is nothing
to ask: the walk begins at the right place.
"""

from uuid import UUID

from sqlalchemy import Text, bindparam, case, cast, func
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from portal.domain.listing import attribute_conditions, picks, starting
from portal.domain.listing.filters import Filters, day_end, day_start
from portal.model import Customer

Shape = tuple[tuple[str, str, str], ...]
"""Of each filter: name, variant, and whether it picks "few", from whom the list starts, or "many"; "" where that was not asked."""

_ALONG = {"status": ("name", "status"), "added": ("created",), "changed": ("updated",)}
"""Of filters with an index of their own, the orders that go along it."""


def shape_of(session: Session, filters: Filters, zone: str = "UTC", *, sort: str = "", asking: bool = True) -> Shape:
    """Give what of the filters decides how the statement reads; the values themselves are parameters.

    `sort` names the order; without `asking` the list has a better start, and no filter is asked how many it picks.
    """
    variants = _variants(filters)
    amounts = _amounts(session, variants, parameters(filters, session.get_bind().dialect.name, zone), sort) if asking else {}
    shape = [(name, variant, amounts.get(name, "")) for name, variant in variants.items()]
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
        elif name != "status" or variant != "any":
            conditions.append(picks.condition(name, variant, amount, dialect))
    return conditions


def lacking(session: Session, shape: Shape, name: str, *, asking: bool) -> Shape:
    """Narrow a shape down to the customers who lack something; where it has no start yet, it is asked whether they are one."""
    amounts = _amounts(session, {name: "none"}, {}, "") if asking and not starts(shape) else {}
    return (*shape, (name, "none", amounts.get(name, "")))


def held_against(shape: Shape) -> Shape:
    """Give the shape of a list that has its start elsewhere: who is met is held against each filter."""
    return tuple((name, variant, "" if name in {"custom", attribute_conditions.NAME} else "many") for name, variant, _ in shape)


def status_tried(shape: Shape) -> Shape:
    """Give the same shape with each customer held against being active: nearly all are, so no list begins with that."""
    return tuple((name, variant, "many") if variant == "active" else (name, variant, amount) for name, variant, amount in shape)


def starts(shape: Shape) -> bool:
    """Tell whether a list of this shape starts from the few customers that a filter picks."""
    return any(amount == "few" for _, _, amount in shape)


def _variants(filters: Filters) -> dict[str, str]:
    """Give the filters but those by custom data and attributes, each with the way it is asked; the status comes first."""
    values = filters.values
    variants = {"status": values.get("status", "active")}
    if filters.within is not None:
        variants["within"] = "one"
    for name, value in sorted(values.items()):
        range_, _, end = name.rpartition("_")
        if range_ in {"added", "changed"}:
            variants[range_] = f"{variants[range_]} {end}" if range_ in variants else end
        elif name != "status":
            variants[name] = value if isinstance(value, str) else "one"
    return variants


def _amounts(session: Session, variants: dict[str, str], given: dict, sort: str) -> dict[str, str]:
    """Ask of each filter with an index how many it picks; name the one to start from, if any, "few" and the others "many"."""
    dialect = session.get_bind().dialect.name
    asked = {name: picks.how_many(name, variant, dialect) for name, variant in variants.items() if sort not in _ALONG.get(name, ())}
    asked = {name: statement for name, statement in asked.items() if statement is not None}
    if not asked:
        return {}
    customers = starting.size(session)
    reach = starting.reach(customers, len(asked))
    picked = {}
    for name, statement in asked.items():
        limit = starting.FEW if name in picks.PICKS and picks.PICKS[name](variants[name]).negated else reach
        number = session.connection().scalar(statement, given | {"limit": limit + 1})
        picked[name] = number if number <= limit else max(number, customers)
    start = starting.start(picked, customers)
    return {name: "few" if name == start else "many" for name in picked}


def _custom(dialect: str, number: int, parts: int) -> ColumnElement[bool]:
    wanted = bindparam(f"custom{number}", type_=Text)
    if dialect == "postgresql":
        path = [bindparam(f"part{number}_{place}", type_=Text) for place in range(parts)]
        return func.jsonb_extract_path_text(Customer.custom_data, *path) == wanted
    # SQLite reads true and false as 1 and 0; as text they are what the JSON has.
    path = bindparam(f"path{number}", type_=Text)
    kind, value = func.json_type(Customer.custom_data, path), func.json_extract(Customer.custom_data, path)
    return case((kind.in_(("true", "false")), kind), else_=cast(value, Text)) == wanted
