"""Expiry notices: how many days before credit ends it is told, for each business entity."""

import pytest

from portal.model import AuditEvent, BusinessEntity
from portal.values import ids
from tests import factories

HERE = "/console/settings/notices"


def days(database, entity_id) -> int:
    with database.reading() as session:
        return session.get_one(BusinessEntity, entity_id).expiry_notice_days


@pytest.fixture
def other(database):
    with database.writing() as session:
        return factories.entity(session, name="Zweitwind GmbH", is_default=False)[0].id


def test_the_days_are_set_for_one_business_entity_and_recorded(client, cast, database, other):
    manager = client.as_operator("manager")
    page = manager.get(HERE)
    name = next(name for name in page.form(str(other)) if name.endswith("days"))
    assert page.form(str(other))[name] == "14"
    page = manager.follow(manager.submit(page, str(other), {name: " 30 "}))
    assert "Zweitwind GmbH tells its customers 30 days before credit ends." in page.text
    assert page.form(str(other))[name] == "30"
    assert (days(database, other), days(database, cast.entity.id)) == (30, 14)
    with database.reading() as session:
        event = session.query(AuditEvent).filter(AuditEvent.action == "settings.expiry_notice_changed").one()
    assert (event.subject_name, event.changes) == ("Zweitwind GmbH", {"expiry_notice_days": [14, 30]})
    assert "changed how early it is told that credit of Zweitwind GmbH’s customers ends" in manager.get("/console/activity").text


def test_the_same_days_again_are_no_act(client, database, other):
    manager = client.as_operator("manager")
    manager.submit(manager.get(HERE), str(other))
    with database.reading() as session:
        assert not session.query(AuditEvent).filter(AuditEvent.action == "settings.expiry_notice_changed").count()


@pytest.mark.parametrize("typed", ["", "0", "91", "-3", "7.5", "1e1", "１４", "9" * 400, "soon"])
def test_what_is_no_number_of_days_is_said_at_the_field_and_kept(client, database, other, typed):
    manager = client.as_operator("manager")
    page = manager.get(HERE)
    name = next(name for name in page.form(str(other)) if name.endswith("days"))
    page = manager.submit(page, str(other), {name: typed}, status=422)
    assert "Write a whole number of days from 1 to 90." in page.text
    assert page.form(str(other))[name] == typed
    assert days(database, other) == 14


@pytest.mark.parametrize("typed", ["1", "90"])
def test_the_first_and_the_last_that_can_be_set(client, database, other, typed):
    manager = client.as_operator("manager")
    page = manager.get(HERE)
    name = next(name for name in page.form(str(other)) if name.endswith("days"))
    manager.submit(page, str(other), {name: typed})
    assert days(database, other) == int(typed)


@pytest.mark.parametrize("role", ["finance", "support"])
def test_those_who_may_only_read_see_the_days(client, database, other, role):
    reader = client.as_operator(role)
    page = reader.get(HERE)
    assert "14 days before." in page.text
    assert not page.find_all("form", action=f"{HERE}/{other}")
    reader.post(f"{HERE}/{other}", {"days": "3"}, status=403)
    assert days(database, other) == 14


def test_a_business_entity_that_is_not_there_is_nothing(client):
    client.as_operator("manager").post(f"{HERE}/{ids.new_id()}", {"days": "3"}, status=404)
