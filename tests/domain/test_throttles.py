"""Throttles count in the database and say how long to wait."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal.domain import throttles
from portal.domain.throttles import Rule
from portal.model import Attempt
from portal.values import clock

RULE = Rule("test", free=3, window=timedelta(hours=1), first=timedelta(seconds=10), longest=timedelta(seconds=60))
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_free_tries_wait_for_nothing(session):
    for _ in range(3):
        assert throttles.wait(session, RULE, "key") == 0
        throttles.note(session, RULE, "key")
    assert throttles.wait(session, RULE, "key") > 0


def test_the_wait_doubles_up_to_the_longest_and_runs_out(session):
    waits = []
    for number in range(8):
        with clock.frozen(NOON + timedelta(minutes=number)):
            throttles.note(session, RULE, "key")
            waits.append(throttles.wait(session, RULE, "key"))
    assert waits == [0, 0, 10, 20, 40, 60, 60, 60]
    with clock.frozen(NOON + timedelta(minutes=7, seconds=59)):
        assert throttles.wait(session, RULE, "key") == 1
    with clock.frozen(NOON + timedelta(minutes=8)):
        assert throttles.wait(session, RULE, "key") == 0


def test_what_is_older_than_the_window_is_not_counted(session):
    with clock.frozen(NOON):
        for _ in range(5):
            throttles.note(session, RULE, "key")
    with clock.frozen(NOON + timedelta(hours=1)):
        assert throttles.count(session, RULE, "key") == 0
        assert throttles.wait(session, RULE, "key") == 0


def test_keys_and_kinds_are_counted_apart_and_forgotten_alone(session):
    for key in ("a", "a", "a", "b"):
        throttles.note(session, RULE, key)
    assert throttles.count(session, RULE, "b") == 1
    assert throttles.count(session, Rule("other", free=1), "a") == 0
    throttles.forget(session, RULE, "a")
    assert (throttles.count(session, RULE, "a"), throttles.count(session, RULE, "b")) == (0, 1)


def test_counts_of_yesterday_are_dropped(session):
    with clock.frozen(NOON - timedelta(days=2)):
        throttles.note(session, RULE, "key")
    with clock.frozen(NOON):
        throttles.note(session, RULE, "key")
    assert session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_counts_outlive_the_process_that_made_them(database):
    with database.writing() as session:
        throttles.note(session, RULE, "key")
    with database.reading() as session:
        assert throttles.count(session, RULE, "key") == 1


@pytest.mark.parametrize(
    ("ip", "network"),
    [("203.0.113.24", "203.0.113.24"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("", ""), ("not an address", "not an address")],
)
def test_a_network_is_an_ipv4_address_or_an_ipv6_household(ip, network):
    assert throttles.network(ip) == network


def test_addresses_are_counted_whatever_their_case():
    assert throttles.by_address("Marta@Example.com") == throttles.by_address("marta@example.com")
    assert "marta" not in throttles.by_address("marta@example.com")


@pytest.mark.parametrize(("seconds", "words"), [(1, "1 second"), (40, "40 seconds"), (90, "2 minutes"), (121, "3 minutes")])
def test_a_wait_is_said_in_words(seconds, words):
    assert throttles.in_words(seconds) == words
