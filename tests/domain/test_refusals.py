"""Refusals at the door in the record: told of, and not flooding it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.domain import activity, actors, sign_in
from portal.model import AuditEvent
from portal.values import clock

MARTA = "marta@gruenwald.example"
VISITOR = replace(actors.ANONYMOUS, ip="203.0.113.9")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def refuse(session, times, *, email=MARTA, method="code", by=VISITOR):
    for _ in range(times):
        sign_in.record_refusal(session, email, method=method, why="wrong code", by=by)
    session.flush()


def told(session):
    found = session.scalars(select(AuditEvent).where(AuditEvent.action == "sign_in.refused").order_by(AuditEvent.id))
    return [event.facts.get("times", 1) for event in found]


@pytest.mark.parametrize("email", [MARTA, "nobody@gruenwald.example"])
def test_of_a_flood_the_first_tenth_and_hundredth_are_told(session, cast, email):
    refuse(session, 105, email=email)
    assert told(session) == [1, 10, 100]


def test_an_hour_later_it_begins_anew(session, cast):
    with clock.frozen(NOON):
        refuse(session, 3)
    with clock.frozen(NOON + timedelta(hours=1, seconds=1)):
        refuse(session, 3)
    assert told(session) == [1, 1]


def test_another_kind_address_or_network_is_told_by_itself(session, cast):
    refuse(session, 2)
    refuse(session, 2, method="password")
    refuse(session, 2, email="vera@gruenwald.example")
    refuse(session, 2, by=replace(VISITOR, ip="198.51.100.7"))
    assert told(session) == [1, 1, 1, 1]


def test_the_customers_people_read_of_it_without_the_place(session, cast):
    refuse(session, 10)
    reader = activity.Reader(house="Northwind", contact_id=cast.own_contacts["owner"].id)
    sentences = [(event.text, event.ip) for event in activity.page(session, cast.own.id, reader, kind="sign_ins").events]
    assert sentences == [
        ("Somebody not signed in was refused to sign in as m•••••a@gruenwald.example, for the 10th time in an hour", ""),
        ("Somebody not signed in was refused to sign in as m•••••a@gruenwald.example", ""),
    ]
