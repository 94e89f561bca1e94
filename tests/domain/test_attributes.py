"""Custom attributes: defined, ordered, removed; set on customers, held against their definitions, told of."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.domain import activity, attributes, customers
from portal.domain.activity.acts import tell
from portal.domain.errors import NotFound
from portal.model import AuditEvent, CustomAttribute, Customer
from tests import factories
from tests.cast import Cast


@pytest.fixture
def people(session):
    return Cast.make(session)


@pytest.fixture
def define(session, people):
    """Defines an attribute: define("Seats", "whole", required=True)."""
    return lambda label, kind="text", **facts: attributes.define(session, {"label": label, "kind": kind, **facts}, by=people.operator())


def events(session, action: str) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id)))


def change(session, people, values: dict, *, version: int | None = None):
    return customers.change(session, people.own, {"attributes": values}, version=version, by=people.operator())


def test_an_attribute_is_defined_with_a_key_made_of_its_name(session, people, define):
    made = define("NPS score", "whole", required=True, default=7)
    assert (made.key, made.position, made.required, made.default, made.choices) == ("nps_score", 0, True, 7, [])
    assert define("Größe", key="size").key == "size"
    assert [one.label for one in attributes.all(session)] == ["NPS score", "Größe"]
    event = events(session, "attribute.defined")[0]
    assert (event.subject_name, event.customer_id) == ("NPS score", None)
    assert event.changes == {
        "label": [None, "NPS score"], "key": [None, "nps_score"], "kind": [None, "whole"], "required": [None, True], "default": [None, 7],
    }  # fmt: skip


def test_attributes_are_those_of_all_entities_and_of_ones_own(session, people, define):
    other, _ = factories.entity(session, name="Southwind", is_default=False)
    define("Own", business_entity_id=people.entity.id)
    define("Theirs", business_entity_id=other.id)
    define("All")
    assert [one.label for one in attributes.of_entity(session, people.entity.id)] == ["Own", "All"]
    assert [one.label for one in attributes.of_entity(session, other.id)] == ["Theirs", "All"]
    assert define("Own", key="own_2", business_entity_id=other.id)


@pytest.mark.parametrize(
    ("facts", "field", "said"),
    [
        ({"label": "Seats!", "key": "seats"}, "key", "Seats has the key seats already."),
        ({"label": "大阪"}, "key", "A key is made of the letters a to z, digits and _"),
        ({"label": "seats", "key": "other"}, "label", "There is another attribute called seats."),
        ({"label": "", "key": "other"}, "label", "The name is missing."),
        ({"label": "Colour", "kind": "choice"}, "choices", "A choice needs something to choose from."),
        ({"label": "Colour", "kind": "choice", "choices": ["Red"], "default": "Blue"}, "default", "“Blue” is not one of the choices: Red."),
        ({"label": "Term", "kind": "date", "default": "soon"}, "default", "“soon” is not a day"),
        ({"label": "Term", "kind": "money"}, "kind", "“money” is no kind of attribute."),
        ({"label": "Term", "business_entity_id": uuid4()}, "business_entity_id", "There is no such"),
    ],
)
def test_what_is_wrong_with_a_definition_is_said_at_its_field(session, define, facts, field, said):
    define("Seats", "whole")
    with pytest.raises(attributes.DefinitionWrong) as refusal:
        define(**facts)
    assert refusal.value.field == field
    assert said in str(refusal.value)


def test_a_definition_is_changed_and_told_of(session, people, define):
    made = define("Colour", "choice", choices=["Red", "Green"])
    facts = {"label": "Main colour", "choices": ["Red", "Blue"], "default": "Blue", "required": True}
    attributes.change(session, made, facts, by=people.operator("manager"))
    assert (made.key, made.kind, made.label, made.default) == ("colour", "choice", "Main colour", "Blue")
    event = events(session, "attribute.changed")[0]
    assert event.changes == {
        "label": ["Colour", "Main colour"], "choices": [["Red", "Green"], ["Red", "Blue"]],
        "default": [None, "Blue"], "required": [False, True],
    }  # fmt: skip
    attributes.change(session, made, facts, by=people.operator())
    assert len(events(session, "attribute.changed")) == 1
    with pytest.raises(attributes.DefinitionWrong, match="is not one of the choices"):
        attributes.change(session, made, {"choices": ["Red"]}, by=people.operator())


def test_an_attribute_moves_until_it_is_at_the_end(session, people, define):
    for label in ("A", "B", "C"):
        made = define(label)
    by = people.operator()
    attributes.move(session, made, "up", by=by)
    assert [one.label for one in attributes.all(session)] == ["A", "C", "B"]
    attributes.move(session, made, "up", by=by)
    attributes.move(session, made, "up", by=by)
    assert [one.label for one in attributes.all(session)] == ["C", "A", "B"]
    attributes.move(session, made, "down", by=by)
    assert [one.label for one in attributes.all(session)] == ["A", "C", "B"]
    assert [event.changes["position"] for event in events(session, "attribute.moved")] == [[3, 2], [2, 1], [1, 2]]
    with pytest.raises(attributes.DefinitionWrong):
        attributes.move(session, made, "sideways", by=by)


def test_removing_keeps_the_values_out_of_sight_and_defining_it_again_brings_them_back(session, people, define):
    made = define("Seats", "whole")
    change(session, people, {"seats": 12})
    assert attributes.holders(session, "seats") == 1
    attributes.remove(session, made, by=people.operator())
    assert attributes.all(session) == []
    assert people.own.attributes == {"seats": 12}
    assert events(session, "attribute.removed")[0].facts == {"key": "seats", "kind": "whole", "holders": 1}
    change(session, people, {})
    assert people.own.attributes == {"seats": 12}
    with pytest.raises(attributes.DefinitionWrong, match="values of a removed attribute under seats") as refusal:
        define("Seats", "text")
    assert refusal.value.field == "key"
    define("Seats", "whole")
    assert people.own.attributes == {"seats": 12}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "a"), ("whole", -3), ("decimal", "12.50"), ("yes_no", False), ("date", "2026-12-31"), ("choice", "Red"),
        ("list", ["Red"]), ("json", {"a": [1, None]}), ("json", 0),
    ],
)  # fmt: skip
def test_every_kind_is_kept_counted_and_fits_when_it_is_defined_again(session, people, define, kind, value):
    facts = {"choices": ["Red", "Blue"]} if kind in {"choice", "list"} else {}
    made = define("It", kind, **facts)
    change(session, people, {"it": value})
    session.expire(people.own)
    assert session.get_one(Customer, people.own.id).attributes == {"it": value}
    assert attributes.holders(session, "it") == 1
    attributes.remove(session, made, by=people.operator())
    define("It", kind, **facts)


def test_a_new_customer_gets_defaults_and_those_who_set_attributes_give_the_required_ones(session, people, define):
    define("Segment", "choice", choices=["SMB", "Enterprise"], default="SMB")
    define("Seats", "whole", required=True)
    by = people.operator()
    assert customers.add(session, {"name": "By import"}, by=by).attributes == {"segment": "SMB"}
    assert customers.add(session, {"name": "By form", "attributes": {"segment": None, "seats": 3}}, by=by).attributes == {"seats": 3}
    assert customers.add(session, {"name": "By API", "attributes": {"seats": 3}}, by=by).attributes == {"segment": "SMB", "seats": 3}
    with pytest.raises(attributes.AttributesWrong, match="Seats: A value is needed here") as refusal:
        customers.add(session, {"name": "Without", "attributes": {"segment": "SMB"}}, by=by)
    assert refusal.value.field == "attributes.seats"


def test_an_old_customer_without_a_required_one_is_changed_as_before(session, people, define):
    define("Seats", "whole", required=True)
    customers.change(session, people.own, {"notes": "Old"}, version=None, by=people.operator())
    with pytest.raises(attributes.AttributesWrong):
        change(session, people, {"seats": None})


def test_all_that_is_wrong_is_said_by_key(session, people, define):
    define("Seats", "whole")
    define("Term", "date")
    with pytest.raises(attributes.AttributesWrong) as refusal:
        change(session, people, {"term": "soon", "seats": "many", "other": 1})
    assert list(refusal.value.by_key) == ["seats", "term", "other"]
    assert refusal.value.by_key["other"] == "There is no attribute “other” for this customer."
    assert people.own.attributes == {}


def test_a_choice_that_is_offered_no_more_may_stay(session, people, define):
    made = define("Colour", "choice", choices=["Red", "Green"])
    change(session, people, {"colour": "Red"})
    attributes.change(session, made, {"choices": ["Green"]}, by=people.operator())
    change(session, people, {"colour": "Red"})
    change(session, people, {"colour": "Green"})
    with pytest.raises(attributes.AttributesWrong):
        change(session, people, {"colour": "Red"})


def test_what_differs_is_recorded_by_attribute_and_told_with_its_name(session, people, define):
    define("NPS score", "decimal")
    define("Renewal", "date")
    define("Wants paper", "yes_no")
    define("Setup", "json")
    change(session, people, {"nps_score": "7.50", "renewal": "2026-12-31", "wants_paper": False, "setup": {"a": 1}})
    change(session, people, {"nps_score": "7.50", "renewal": None, "wants_paper": True})
    change(session, people, {"wants_paper": True})
    updates = [event for event in events(session, "customer.updated") if event.customer_id == people.own.id]
    assert len(updates) == 2
    assert updates[1].changes == {"attributes.renewal": ["2026-12-31", None], "attributes.wants_paper": [False, True]}
    told = activity.page(session, people.own.id, activity.Reader()).events
    assert told[0].text == "Owner Operator changed the Renewal and the Wants paper"
    assert [(line.name, line.before, line.after) for line in told[0].changes] == [
        ("Renewal", "31 Dec 2026", None),
        ("Wants paper", "No", "Yes"),
    ]
    assert sorted((line.name, line.after) for line in told[1].changes) == [
        ("NPS score", "7.50"), ("Renewal", "31 Dec 2026"), ("Setup, a", "1"), ("Wants paper", "No"),
    ]  # fmt: skip
    outside = activity.page(session, people.own.id, activity.Reader(house="Northwind")).events
    assert outside == ()


def test_a_new_customers_attributes_are_told_of(session, people, define):
    define("Seats", "whole", default=5)
    made = customers.add(session, {"name": "New"}, by=people.operator())
    assert ("Seats", "5") in [(line.name, line.text) for line in activity.page(session, made.id, activity.Reader()).events[-1].changes]


def test_two_who_change_different_attributes_are_no_conflict(session, people, define):
    define("Seats", "whole")
    define("Wants paper", "yes_no")
    change(session, people, {"seats": 1})
    version = people.own.version
    change(session, people, {"seats": 2}, version=version)
    change(session, people, {"wants_paper": False}, version=version)
    assert people.own.attributes == {"seats": 2, "wants_paper": False}
    with pytest.raises(customers.Changed) as refusal:
        change(session, people, {"seats": 3, "wants_paper": None}, version=version)
    assert refusal.value.theirs == {"attributes.seats": 2, "attributes.wants_paper": False}


def test_definitions_are_told_in_words(session, people, define):
    made = define("Seats", "whole")
    by = people.operator()
    define("Term", "date")
    attributes.change(session, made, {"required": True}, by=by)
    attributes.move(session, made, "down", by=by)
    attributes.remove(session, made, by=by)
    found = session.scalars(select(AuditEvent).where(AuditEvent.subject_name == "Seats").order_by(AuditEvent.id)).all()
    assert [tell(event, activity.Reader()).text for event in found] == [
        "Owner Operator defined the attribute Seats",
        "Owner Operator changed the attribute Seats",
        "Owner Operator moved the attribute Seats",
        "Owner Operator took the attribute Seats off the form",
    ]
    assert ("Kind", "Whole number") in [(line.name, line.text) for line in tell(found[0], activity.Reader()).changes]


def test_what_is_not_there_is_not_found(session, people):
    with pytest.raises(NotFound):
        attributes.find(session, people.entity.id)
    assert session.scalars(select(CustomAttribute)).all() == []
