"""Changing what a business entity is called: only what was written is saved, and recorded."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.domain import brands
from portal.domain.errors import NotFound
from portal.domain.letters import Brand
from portal.model import AuditEvent
from portal.values import ids
from tests import factories


@pytest.fixture
def by(cast):
    return cast.operator("manager")


def events(session) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).order_by(AuditEvent.id)))


@pytest.fixture
def brand(session, cast):
    return session.merge(cast.entity)


def test_what_was_written_is_saved_and_recorded_with_before_and_after(session, brand, by):
    was = brands.facts_of(brand)
    brands.change(session, brand, was | {"name": "Nordwind", "colour": "#aa3300", "locale": "de"}, was=was, by=by)
    session.expire_all()
    assert (brand.name, brand.colour, brand.locale, brand.time_zone) == ("Nordwind", "#aa3300", "de", "Europe/Berlin")
    (event,) = events(session)
    assert (event.action, event.subject_name, event.actor_name) == ("business_entity.changed", "Nordwind", "Manager Operator")
    assert event.changes == {"name": ["Northwind", "Nordwind"], "colour": ["", "#aa3300"], "locale": ["en", "de"]}


def test_the_same_words_again_are_no_act(session, brand, by):
    was = brands.facts_of(brand)
    brands.change(session, brand, was, was=was, by=by)
    assert events(session) == []


def test_two_who_write_in_different_fields_both_keep_what_they_wrote(session, brand, by):
    was = brands.facts_of(brand)
    brands.change(session, brand, was | {"name": "Nordwind"}, was=was, by=by)
    brands.change(session, brand, was | {"address_line": "Am Hafen 1, 20457 Hamburg"}, was=was, by=by)
    session.expire_all()
    assert (brand.name, brand.address_line) == ("Nordwind", "Am Hafen 1, 20457 Hamburg")
    assert [list(event.changes) for event in events(session)] == [["name"], ["address_line"]]


def test_of_two_who_write_in_the_same_field_the_second_is_told_and_overwrites_nothing(session, brand, by):
    was = brands.facts_of(brand)
    brands.change(session, brand, was | {"name": "Nordwind"}, was=was, by=by)
    with pytest.raises(brands.BrandChanged) as told:
        brands.change(session, brand, was | {"name": "Northwind Energy", "colour": "#aa3300"}, was=was, by=by)
    assert told.value.theirs == {"name": "Nordwind"}
    session.expire_all()
    assert (brand.name, brand.colour) == ("Nordwind", "")


def test_two_who_write_the_same_agree(session, brand, by):
    was = brands.facts_of(brand)
    for _ in range(2):
        brands.change(session, brand, was | {"name": "Nordwind"}, was=was, by=by)
    assert len(events(session)) == 1


@pytest.mark.parametrize("field", ["name", "legal_name"])
def test_what_every_letter_says_cannot_go_missing(session, brand, by, field):
    was = brands.facts_of(brand)
    with pytest.raises(brands.BrandWrong, match="is missing") as told:
        brands.change(session, brand, was | {field: ""}, was=was, by=by)
    assert told.value.field == field
    assert getattr(brand, field) == was[field]


def test_a_brand_of_a_business_entity_that_is_not_reached_is_not_there(session, cast):
    elsewhere, _ = factories.entity(session, name="Southwind", is_default=False)
    session.flush()
    limited = replace(cast.operator("manager"), entity_ids=frozenset({cast.entity.id}))
    assert brands.find(session, limited, cast.entity.id).name == "Northwind"
    for entity_id in (elsewhere.id, ids.new_id()):
        with pytest.raises(NotFound):
            brands.find(session, limited, entity_id)
    assert brands.find(session, cast.operator(), elsewhere.id).name == "Southwind"


@pytest.mark.parametrize(
    ("colour", "light", "dark"),
    [
        ("", "Light: #1b5441 as it is", "Dark: lightened to #8ac9b4"),
        ("#1B5441", "Light: #1b5441 as it is", "Dark: lightened to #8ac9b4"),
        ("#ffcc00", "white words could not be read on #ffcc00, so it is darkened to", "Dark: #ffcc00 as it is"),
        ("#ffffff", "so it is darkened to", "Dark: #ffffff as it is"),
        ("#000000", "Light: #000000 as it is", "Dark: lightened to"),
    ],
)
def test_what_becomes_of_a_colour_is_told_in_words(colour, light, dark):
    guard = brands.guard(colour)
    assert light in guard.said[0]
    assert dark in guard.said[1]
    assert guard.light >= 4.5
    assert guard.dark >= 4.5
    assert guard.shades.act in guard.said[0]
    assert guard.shades.act_dark in guard.said[1]


def test_a_brand_without_a_logo_has_none_in_its_letters(brand):
    assert Brand.of(brand, "https://portal.example") == Brand(
        "Northwind", "Northwind Billing GmbH", "Torstraße 140, 10119 Berlin", "", "https://portal.example"
    )
