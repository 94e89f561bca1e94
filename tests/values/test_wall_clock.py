"""Times as a wall clock shows them, around the nights when clocks change."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from portal.values import wall_clock

BERLIN = ZoneInfo("Europe/Berlin")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_an_ordinary_time_is_one_moment():
    assert wall_clock.read(datetime(2026, 11, 1, 12), BERLIN) == ((utc(2026, 11, 1, 11),), False)


def test_a_repeated_hour_is_two_moments():
    assert wall_clock.read(datetime(2026, 10, 25, 2, 30), BERLIN) == ((utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)), False)


@pytest.mark.parametrize("minute", [0, 1, 30, 59])
def test_a_skipped_time_is_the_moment_of_the_change(minute):
    assert wall_clock.read(datetime(2026, 3, 29, 2, minute), BERLIN) == ((utc(2026, 3, 29, 1),), True)


def test_a_skipped_day_is_the_moment_of_the_change():
    apia = ZoneInfo("Pacific/Apia")
    assert wall_clock.read(datetime(2011, 12, 30, 12), apia) == ((utc(2011, 12, 30, 10),), True)


def test_a_day_begins_where_its_clocks_begin():
    assert wall_clock.start_of(date(2026, 11, 1), BERLIN) == utc(2026, 10, 31, 23)
    assert wall_clock.end_of(date(2026, 10, 25), BERLIN) == utc(2026, 10, 25, 23)
    # Cairo puts its clocks forward at midnight: the day begins at one.
    assert wall_clock.start_of(date(2026, 4, 24), ZoneInfo("Africa/Cairo")) == utc(2026, 4, 23, 22)


def test_the_ends_of_the_calendar_are_no_moments():
    with pytest.raises(OverflowError):
        wall_clock.read(datetime(1, 1, 1), ZoneInfo("Asia/Tokyo"))
