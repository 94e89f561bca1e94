"""Defining attributes, changing and ordering them, and taking them off the form."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.attributes.reading import all, holders
from portal.domain.attributes.refusals import DefinitionWrong
from portal.domain.search import renewal
from portal.domain.search.documents import SOUGHT
from portal.model import BusinessEntity, CustomAttribute, Customer
from portal.values.attributes import KINDS, WITH_CHOICES, check_attribute, key_of, parse_key
from portal.values.errors import BadValue

STEPS = {"up": -1, "down": 1}
FIELDS = ("label", "business_entity_id", "required", "default", "choices")
"""What can be changed; kind and key stay, for values are kept by them."""


def define(session: Session, facts: dict, *, by: Actor) -> CustomAttribute:
    """Define an attribute, the last one of the form.

    `facts` has label and kind, and may have key (made of the label when empty), business_entity_id (None for all), required,
    default (a value of the kind), choices (for a choice and a list). Values that customers kept of a removed attribute of
    this key come back with it.

    :raises DefinitionWrong: with the field that is wrong.
    """
    session.execute(select(BusinessEntity.id).where(BusinessEntity.is_default).with_for_update())  # one who defines at a time
    others = all(session)
    made = CustomAttribute(kind=facts["kind"], key=_key(facts, others), position=max((one.position for one in others), default=-1) + 1)
    if made.kind not in KINDS:
        raise DefinitionWrong(f"“{made.kind}” is no kind of attribute.", field="kind")
    _set(session, made, {"business_entity_id": None, "required": False, "default": None, "choices": []} | facts, others)
    any_held = _refuse_misfits(session, made)
    session.add(made)
    session.flush()
    if any_held and made.kind in SOUGHT:
        renewal.ask(session)
    shown = {field: value for field, value in _shown(session, made).items() if value not in (None, [], False)}
    _record(session, "attribute.defined", made, {field: (None, value) for field, value in shown.items()}, by=by)
    return made


def change(session: Session, attribute: CustomAttribute, facts: dict, *, by: Actor) -> CustomAttribute:
    """Change a definition; any of FIELDS. What customers have stays as it is, also where it is not offered any more.

    :raises DefinitionWrong: with the field that is wrong.
    """
    before = _shown(session, attribute)
    _set(session, attribute, facts, [one for one in all(session) if one is not attribute])
    session.flush()
    if changes := audit.differences(before, _shown(session, attribute)):
        _record(session, "attribute.changed", attribute, changes, by=by)
        if "business_entity_id" in changes and attribute.kind in SOUGHT:
            renewal.ask(session)
    return attribute


def move(session: Session, attribute: CustomAttribute, direction: str, *, by: Actor) -> CustomAttribute:
    """Move an attribute one place "up" or "down" in the order of the form; at its end it stays where it is.

    :raises DefinitionWrong: for another direction.
    """
    if direction not in STEPS:
        raise DefinitionWrong("An attribute moves up or down.", field="direction")
    order = all(session)
    before = order.index(attribute)
    after = min(max(before + STEPS[direction], 0), len(order) - 1)
    if before != after:
        order.insert(after, order.pop(before))
        for position, one in enumerate(order):
            one.position = position
        _record(session, "attribute.moved", attribute, {"position": (before + 1, after + 1)}, by=by)
    return attribute


def remove(session: Session, attribute: CustomAttribute, *, by: Actor) -> None:
    """Take an attribute off the form; the values of customers are kept out of sight."""
    facts = {"key": attribute.key, "kind": attribute.kind, "holders": holders(session, attribute.key)}
    audit.record(session, "attribute.removed", by=by, subject=attribute, subject_name=attribute.label, facts=facts)
    session.delete(attribute)
    session.flush()
    if facts["holders"] and attribute.kind in SOUGHT:
        renewal.ask(session)


def _key(facts: dict, others: list[CustomAttribute]) -> str:
    try:
        key = parse_key(facts.get("key") or key_of(facts["label"]))
    except BadValue as bad:
        raise DefinitionWrong(str(bad), field="key") from None
    if (holder := next((one for one in others if one.key == key), None)) is not None:
        raise DefinitionWrong(f"{holder.label} has the key {key} already.", field="key")
    return key


def _set(session: Session, attribute: CustomAttribute, facts: dict, others: list[CustomAttribute]) -> None:
    for field in FIELDS:
        if field in facts:
            setattr(attribute, field, facts[field])
    if not attribute.label:
        raise DefinitionWrong("The name is missing.", field="label")
    if any(one.label.casefold() == attribute.label.casefold() and _meet(one, attribute) for one in others):
        raise DefinitionWrong(f"There is another attribute called {attribute.label}.", field="label")
    if attribute.business_entity_id and session.get(BusinessEntity, attribute.business_entity_id) is None:
        raise DefinitionWrong("There is no such business entity.", field="business_entity_id")
    if attribute.kind == "choice" and not attribute.choices:
        raise DefinitionWrong("A choice needs something to choose from.", field="choices")
    if attribute.kind not in WITH_CHOICES:
        attribute.choices = []
    try:
        attribute.default = check_attribute(attribute.kind, attribute.default, choices=attribute.choices)
    except BadValue as bad:
        raise DefinitionWrong(str(bad), field="default") from None


def _meet(one: CustomAttribute, other: CustomAttribute) -> bool:
    """Tell whether two attributes can stand on one form."""
    ids: set[UUID | None] = {one.business_entity_id, other.business_entity_id}
    return None in ids or len(ids) == 1


def _refuse_misfits(session: Session, made: CustomAttribute) -> bool:
    """Refuse a key under which customers kept values of another kind; tell whether any kept values at all."""
    any_held = False
    holding = select(Customer.attributes).where(Customer.attributes[made.key].as_string().is_not(None))
    for held in session.scalars(holding.execution_options(yield_per=500)):
        value, any_held = held[made.key], True
        try:
            check_attribute(made.kind, value, choices=[value] if made.kind == "choice" and isinstance(value, str) else [])
        except BadValue:
            raise DefinitionWrong(
                f"Customers kept values of a removed attribute under {made.key}, and they are of another kind. Choose another key.",
                field="key",
            ) from None
    return any_held


def _shown(session: Session, attribute: CustomAttribute) -> dict[str, object]:
    """Give a definition for people to read."""
    entity = session.get(BusinessEntity, attribute.business_entity_id) if attribute.business_entity_id else None
    facts = {field: getattr(attribute, field) for field in ("label", "key", "kind", "required", "default", "choices")}
    return facts | {"business_entity_id": entity.name if entity else None}


def _record(session: Session, action: str, attribute: CustomAttribute, changes: dict, *, by: Actor) -> None:
    audit.record(session, action, by=by, subject=attribute, subject_name=attribute.label, changes=changes)
