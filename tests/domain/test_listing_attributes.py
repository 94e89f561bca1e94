"""The list by custom attributes: what each kind can be asked, on both databases alike."""

from random import Random
from urllib.parse import parse_qsl, urlencode

import pytest

from portal.domain import attributes, listing, search
from portal.domain.listing import Filters, attribute_conditions
from portal.domain.listing.by_attribute import TESTS
from portal.domain.search import renewal
from tests import factories
from tests.cast import Cast

DEFINED = (
    ("Manager", "text", {}),
    ("Segment", "choice", {"choices": ["SMB", "Enterprise"]}),
    ("Seats", "whole", {}),
    ("Rate", "decimal", {}),
    ("Partner", "yes_no", {}),
    ("Onboarded", "date", {}),
    ("Tags", "list", {}),
    ("Setup", "json", {}),
)
VALUES = (
    {
        "manager": "Zoë Quispe",
        "segment": "SMB",
        "seats": 9,
        "rate": "12.50",
        "partner": True,
        "onboarded": "2026-01-31",
        "tags": ["a%b", "Red"],
    },
    {
        "manager": "ada 100%",
        "segment": "Enterprise",
        "seats": 10,
        "rate": "-3",
        "partner": False,
        "onboarded": "2026-02-01",
        "tags": ["red_x"],
    },
    {"manager": "a/b_c", "segment": "Retired", "seats": -5, "rate": "100", "onboarded": "2025-12-01", "setup": {"a": 1}},
    {},
)


@pytest.fixture
def people(session):
    return Cast.make(session)


@pytest.fixture
def crowd(session, people):
    """Four customers with values of all kinds, and none."""
    for label, kind, facts in DEFINED:
        attributes.define(session, {"label": label, "kind": kind, **facts}, by=people.operator())
    people.own.status = people.neighbour.status = "archived"
    for number, values in enumerate(VALUES):
        made = factories.customer(session, people.entity, name=f"C{number}", attributes=values)
        search.index(session, [made.id])
    return people


def found(session, *pairs) -> list[int]:
    filters = Filters.read(pairs).fitting(attributes.columns(session))
    again = Filters.read(parse_qsl(urlencode(filters.pairs()), keep_blank_values=True)).fitting(attributes.columns(session))
    assert again == filters
    page = listing.page(session, filters, sort="name")
    assert listing.count(session, page).number == len(page.rows)
    return [int(row.name[1:]) for row in page.rows]


@pytest.mark.parametrize(
    ("pairs", "numbers"),
    [
        ([("attribute.manager", "Zoë Quispe")], [0]),
        ([("attribute.manager", "zoë quispe")], []),
        ([("attribute.manager.has", "QUISPE")], [0]),
        ([("attribute.manager.has", "100%")], [1]),
        ([("attribute.manager.has", "a/b_")], [2]),
        ([("attribute.manager.has", "%")], [1]),
        ([("attribute.segment", "smb")], [0]),
        ([("attribute.segment", "Retired")], [2]),
        ([("attribute.segment.has", "ent")], [1]),
        ([("attribute.seats", "10")], [1]),
        ([("attribute.seats.from", "9")], [0, 1]),
        ([("attribute.seats.from", "-5"), ("attribute.seats.to", "9")], [0, 2]),
        ([("attribute.seats.from", "1,000")], []),
        ([("attribute.rate", "12.5")], [0]),
        ([("attribute.rate.from", "12.5")], [0, 2]),
        ([("attribute.rate.to", "0")], [1]),
        ([("attribute.partner", "yes")], [0]),
        ([("attribute.partner", "no")], [1]),
        ([("attribute.partner.set", "no")], [2, 3]),
        ([("attribute.onboarded", "2026-02-01")], [1]),
        ([("attribute.onboarded.from", "2026-01-31"), ("attribute.onboarded.to", "2026-01-31")], [0]),
        ([("attribute.onboarded.to", "2025-12-31")], [2]),
        ([("attribute.tags", "Red")], [0]),
        ([("attribute.tags.has", "red")], [0, 1]),
        ([("attribute.tags.has", "d_")], [1]),
        ([("attribute.tags.has", "a%")], [0]),
        ([("attribute.setup.set", "yes")], [2]),
        ([("attribute_set", "seats"), ("attribute_unset", "partner")], [2]),
        ([("attribute.segment", "SMB"), ("attribute.partner", "yes"), ("q", "C0")], [0]),
    ],
)
def test_each_kind_is_asked_in_its_own_way(session, crowd, pairs, numbers):
    assert found(session, *pairs) == numbers


@pytest.mark.parametrize(
    "pair",
    [
        ("attribute.nothing", "x"),
        ("attribute.seats", "many"),
        ("attribute.seats.from", "9.5"),
        ("attribute.seats.has", "9"),
        ("attribute.seats.beside", "9"),
        ("attribute.seats.set", "perhaps"),
        ("attribute.setup", "{}"),
        ("attribute.onboarded.from", "31/01/2026"),
        ("attribute.partner", "perhaps"),
        ("attribute.", "x"),
        ("attribute.manager", " \0 "),
        ("attribute_set", ""),
    ],
)
def test_what_cannot_be_asked_is_left_out(session, crowd, pair):
    assert found(session, pair) == [0, 1, 2, 3]


def test_an_attribute_of_one_business_entity_is_asked_of_its_customers(session, crowd):
    southwind, _ = factories.entity(session, name="Southwind", is_default=False)
    attributes.define(session, {"label": "Depot", "kind": "text", "business_entity_id": southwind.id}, by=crowd.operator())
    here = factories.customer(session, crowd.entity, name="C7", attributes={"depot": "Lima"})
    there = factories.customer(session, southwind, name="C8", attributes={"depot": "Lima"})
    factories.customer(session, southwind, name="C9")
    search.index(session, [here.id, there.id])
    assert found(session, ("attribute.depot", "Lima")) == [8]
    assert found(session, ("attribute.depot.set", "no")) == [9]


def test_one_question_is_taken_away_and_the_others_stay(session, crowd):
    filters = Filters.read([("attribute.seats.from", "1"), ("attribute.seats.to", "9"), ("custom.a", "b")]).fitting(
        attributes.columns(session)
    )
    assert filters.without("attribute.seats.from").pairs() == [("attribute.seats.to", "9"), ("custom.a", "b")]
    assert not filters.bare
    assert not Filters.read([("attribute.seats", "1")]).bare


def test_any_address_is_answered(session, crowd):
    dice, keys, tests = Random(57), [label.lower() for label, _, _ in DEFINED], ["", *(f".{test}" for test in TESTS)]
    texts = ["yes", "no", "2026-02-01", "1e9", "9" * 40, "%", "_", "/", '"', "\\", "\ud7ff", "[]", "{}", "null", "-", "1.", " ", "x" * 300]
    for _ in range(150):
        names = [dice.choice(keys) + dice.choice(tests) for _ in range(3)]
        found(session, *((f"attribute.{name}", dice.choice(texts)) for name in names))


def test_words_that_few_documents_hold_are_looked_up_and_those_of_many_are_met_on_the_way(session, crowd, monkeypatch, request):
    request.addfinalizer(attribute_conditions._how_many.cache_clear)
    for few in (0, 1, 3):
        monkeypatch.setattr(attribute_conditions, "FEW", few)
        attribute_conditions._how_many.cache_clear()
        assert found(session, ("attribute.manager.has", "Quispe")) == [0]
        assert found(session, ("attribute.tags.has", "red")) == [0, 1]
        filters = Filters.read([("attribute.tags.has", "red")]).fitting(attributes.columns(session))
        assert attribute_conditions.shape(session, filters.attributes)[0][2] == ("few" if few == 3 else "")


def test_documents_that_wait_to_be_written_anew_are_not_relied_on(session, crowd):
    unwritten = factories.customer(session, crowd.entity, name="C5", attributes={"manager": "Papadopoulos"})
    filter_ = ("attribute.manager", "Papadopoulos")
    assert found(session, filter_) == []
    renewal.ask(session)
    assert found(session, filter_) == [5]
    assert renewal.renew(session) == 7
    assert found(session, filter_) == [5]
    assert unwritten.attributes == {"manager": "Papadopoulos"}
