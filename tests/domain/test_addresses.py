"""The address book: no second row for an equal address, one default of each kind, soft deletion."""

import pytest
from sqlalchemy import select

from portal.domain import addresses
from portal.domain.errors import NotFound
from portal.model import Address, AuditEvent
from tests.cast import Cast

BERLIN = {"line1": "Torstraße 140", "city": "Berlin", "postal_code": "10119", "country": "DE"}
KYOTO = {"line1": "Karasuma 1", "city": "Kyoto", "country": "JP"}


@pytest.fixture
def people(session):
    return Cast.make(session)


def set_default(session, people, role, parts):
    return addresses.set_default(session, people.own, role, parts, by=people.operator())


def rows(session, people) -> list[tuple]:
    return [(row.city, row.is_billing, row.is_shipping) for row in addresses.of_customer(session, people.own.id)]


def test_one_row_may_be_both_defaults(session, people):
    assert set_default(session, people, "billing", BERLIN) is set_default(session, people, "shipping", BERLIN | {"line2": ""})
    assert rows(session, people) == [("Berlin", True, True)]


def test_a_default_of_its_own_is_changed_in_place(session, people):
    first = set_default(session, people, "billing", BERLIN)
    assert set_default(session, people, "billing", BERLIN | {"line1": "Torstraße 141"}) is first
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "address.changed").order_by(AuditEvent.id.desc())).first()
    assert event.changes == {"line1": ["Torstraße 140", "Torstraße 141"]}
    assert event.facts["role"] == "billing"


def test_a_row_shared_by_both_is_left_to_the_other(session, people):
    set_default(session, people, "billing", BERLIN)
    set_default(session, people, "shipping", BERLIN)
    set_default(session, people, "billing", KYOTO)
    assert rows(session, people) == [("Kyoto", True, False), ("Berlin", False, True)]


def test_an_equal_address_of_the_book_is_taken(session, people):
    kept = addresses.add(session, people.own, KYOTO, by=people.operator())
    assert addresses.add(session, people.own, KYOTO, by=people.operator()) is kept
    set_default(session, people, "billing", BERLIN)
    assert set_default(session, people, "billing", KYOTO) is kept
    assert rows(session, people) == [("Kyoto", True, False), ("Berlin", False, False)]


def test_nothing_takes_the_default_away(session, people):
    gone = set_default(session, people, "billing", BERLIN)
    assert set_default(session, people, "billing", {"line1": "", "city": None}) is None
    assert rows(session, people) == []
    assert session.get(Address, gone.id).deleted_at
    assert set_default(session, people, "billing", None) is None


def test_what_is_removed_stays_on_record(session, people):
    made = set_default(session, people, "billing", BERLIN)
    addresses.remove(session, made, people.own, by=people.operator())
    assert rows(session, people) == []
    assert made.city == "Berlin"
    with pytest.raises(NotFound):
        addresses.find(session, people.operator(), people.own.id, made.id)


def test_a_neighbours_address_is_not_found(session, people):
    made = set_default(session, people, "billing", BERLIN)
    assert addresses.find(session, people.person(), people.own.id, made.id) is made
    with pytest.raises(NotFound):
        addresses.find(session, people.person(at="neighbour"), people.own.id, made.id)
    with pytest.raises(NotFound):
        addresses.find(session, people.operator(), people.neighbour.id, made.id)


def test_a_change_of_address_is_a_new_version_of_the_customer(session, people):
    before = people.own.version
    set_default(session, people, "billing", BERLIN)
    assert people.own.version > before


def events(session, people) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).where(AuditEvent.customer_id == people.own.id).order_by(AuditEvent.id)))


def set_both(session, people, parts):
    return addresses.set_both(session, people.own, parts, by=people.operator())


def test_one_address_for_both_is_one_act(session, people):
    made = set_both(session, people, BERLIN)
    assert rows(session, people) == [("Berlin", True, True)]
    assert [(event.action, event.facts["role"]) for event in events(session, people)] == [("address.changed", "billing and shipping")]
    assert set_both(session, people, BERLIN | {"line2": ""}) is made
    assert len(events(session, people)) == 1
    assert set_both(session, people, BERLIN | {"line1": "Torstraße 141"}) is made
    assert [event.changes for event in events(session, people)[1:]] == [{"line1": ["Torstraße 140", "Torstraße 141"]}]
    assert set_both(session, people, None) is None
    assert rows(session, people) == []
    assert [event.action for event in events(session, people)[2:]] == ["address.removed"]


def test_one_address_in_place_of_two_tells_of_both(session, people):
    billing = set_default(session, people, "billing", BERLIN)
    set_default(session, people, "shipping", KYOTO)
    assert set_both(session, people, BERLIN | {"line1": "Torstraße 141"}) is billing
    assert rows(session, people) == [("Berlin", True, True), ("Kyoto", False, False)]
    event = events(session, people)[-1]
    assert len(events(session, people)) == 3
    assert event.facts["role"] == "billing and shipping"
    assert event.changes["line1"] == ["Torstraße 140", "Torstraße 141"]
    assert event.changes["shipping city"] == ["Kyoto", "Berlin"]


def test_a_role_that_has_the_address_already_is_not_told_of(session, people):
    billing = set_default(session, people, "billing", BERLIN)
    set_default(session, people, "shipping", KYOTO)
    assert set_both(session, people, BERLIN) is billing
    assert events(session, people)[-1].facts["role"] == "shipping"
    assert events(session, people)[-1].changes["city"] == ["Kyoto", "Berlin"]
    set_default(session, people, "billing", KYOTO)
    assert set_both(session, people, BERLIN) is billing
    assert events(session, people)[-1].facts["role"] == "billing"
    assert rows(session, people) == [("Berlin", True, True), ("Kyoto", False, False)]


def test_two_that_are_taken_away_are_two_acts(session, people):
    set_default(session, people, "billing", BERLIN)
    set_default(session, people, "shipping", KYOTO)
    assert set_both(session, people, {"line1": ""}) is None
    assert rows(session, people) == []
    assert [(event.action, event.facts["role"]) for event in events(session, people)[2:]] == [
        ("address.removed", "billing"),
        ("address.removed", "shipping"),
    ]
