"""PDFs of one person come a few at a time; nobody else waits for them."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain import statements
from portal.domain.statements import making
from portal.values import clock
from tests.cast import Cast

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def cast(session):
    return Cast.make(session)


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


def test_two_are_made_at_once_and_a_third_waits_for_one_of_them(session, cast):
    by = cast.person()
    first, second = statements.enter(session, by=by), statements.enter(session, by=by)
    assert first != second
    with pytest.raises(statements.PaperBusy, match=r"^Other PDFs are being made for you\. Wait 10 seconds, then") as busy:
        statements.enter(session, by=by)
    assert (busy.value.status, busy.value.seconds) == (429, 10)
    statements.enter(session, by=cast.person("viewer"))
    statements.leave(session, first)
    assert statements.enter(session, by=by) == first


def test_a_place_whose_server_was_killed_is_free_after_a_while(session, cast):
    by = cast.person()
    for _ in range(making.AT_ONCE):
        statements.enter(session, by=by)
    with clock.frozen(NOON + timedelta(seconds=149)), pytest.raises(statements.PaperBusy):
        statements.enter(session, by=by)
    with clock.frozen(NOON + timedelta(seconds=151)):
        statements.enter(session, by=by)


def test_after_many_in_a_short_time_one_waits_and_is_told_how_long(session, cast):
    by = cast.person()
    for _ in range(making.MADE.free):
        statements.leave(session, statements.enter(session, by=by))
    with pytest.raises(statements.PaperBusy, match=r"^Many PDFs .* Wait 15 seconds, then .* CSV is there") as busy:
        statements.enter(session, by=by)
    assert busy.value.seconds == 15
    with clock.frozen(NOON + timedelta(seconds=15)):
        statements.enter(session, by=by)
