"""A customer's custom attributes: given, changed, and told of; as fields of the customer they are called "attributes.<key>"."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy.orm import Session

from portal.domain import attributes
from portal.model import CustomAttribute, Customer

PREFIX = "attributes."


class Told(NamedTuple):
    """What the record of an act says of attributes: their changes, and among its facts their labels and kinds."""

    changes: dict[str, tuple[object, object]]
    facts: dict[str, object]


NOTHING = Told({}, {})


def give(session: Session, customer: Customer, given: Mapping[str, object] | None) -> Told:
    """Set the attributes of a new customer; without any given, the defaults, and nothing is asked for.

    :raises AttributesWrong: when a given value does not fit, or a required one is missing among those given.
    """
    definitions = attributes.of_entity(session, customer.business_entity_id)
    customer.attributes = attributes.defaults(definitions) if given is None else attributes.settle(definitions, given)
    return _told(definitions, {}, customer.attributes)


def change(session: Session, customer: Customer, given: Mapping[str, object]) -> Told:
    """Set the given attributes of a customer; None takes a value away, and the others stay.

    :raises AttributesWrong: when a value does not fit, or a required one is missing in the end.
    """
    definitions, before = attributes.of_entity(session, customer.business_entity_id), customer.attributes
    customer.attributes = attributes.settle(definitions, given, before)
    return _told(definitions, before, customer.attributes)


def is_one(field: str) -> bool:
    """Tell whether a field is an attribute."""
    return field.startswith(PREFIX)


def flat(facts: dict) -> dict:
    """Give a customer's facts with each attribute as a field of its own."""
    given = facts.get("attributes") or {}
    return {field: fact for field, fact in facts.items() if field != "attributes"} | {PREFIX + key: given[key] for key in given}


def saved(customer: Customer, fields: set[str]) -> dict[str, object]:
    """Give what is saved for those of the fields that are attributes."""
    return {field: customer.attributes.get(field.removeprefix(PREFIX)) for field in fields if is_one(field)}


def _told(definitions: list[CustomAttribute], before: Mapping[str, object], after: Mapping[str, object]) -> Told:
    changed = [one for one in definitions if before.get(one.key) != after.get(one.key)]
    if not changed:
        return NOTHING
    return Told(
        {PREFIX + one.key: (before.get(one.key), after.get(one.key)) for one in changed},
        {"attributes": {one.key: {"label": one.label, "kind": one.kind} for one in changed}},
    )
