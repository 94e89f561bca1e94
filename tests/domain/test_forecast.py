"""When a balance runs out: a range where the use is even, silence where it is not; the same whatever the unit or order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import wallets
from portal.domain.wallets import forecast
from portal.domain.wallets.forecast import Entry, Left, run_out
from portal.model import Wallet
from portal.values import clock

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FIRST = Entry(NOW - 200 * DAY, 0)


def every(days: float, used: int = 1_000, *, until: datetime = NOW - timedelta(hours=1), back: int = 90) -> list[Entry]:
    """Make even use: the same amount every so many days."""
    return [FIRST, *(Entry(until - timedelta(days=days * n), used) for n in range(int(back / days)))]


def days(found) -> tuple[float, float]:
    return (found.early - NOW) / DAY, (found.late - NOW) / DAY


even = st.builds(every, st.floats(0.5, 12), st.integers(1, 10**9))
grants = st.lists(st.builds(Left, st.integers(1, 10**6), st.none() | st.integers(1, 400).map(lambda n: NOW + n * DAY)), max_size=6)


def test_even_use_gives_a_range_around_the_plain_quotient():
    found = run_out(every(3, 1_000), 20_000, [], NOW)
    early, late = days(found)
    assert early < 60 < late
    assert late - early < 25
    assert (found.days, found.spends, found.used) == (90, 30, 30_000)


def test_monthly_use_is_judged_over_a_longer_time():
    found = run_out(every(30.4, 10_000, back=190), 30_000, [], NOW)
    assert found.days == 180
    early, late = days(found)
    assert early < 91 < late


def test_a_young_wallet_is_judged_by_its_own_age():
    young = [Entry(NOW - 40 * DAY, 0), *every(2, 500, back=39)[1:]]
    assert run_out(young, 10_000, [], NOW).days == 40


def test_history_that_is_cut_off_is_judged_from_where_it_begins():
    cut = every(0.2, 100, back=60)[1:]
    found = run_out(cut, 10_000, [], NOW)
    assert found.days == 60
    assert days(found)[0] < 20 < days(found)[1]


@pytest.mark.parametrize(
    ("why", "entries"),
    [
        ("nothing at all", []),
        ("nothing used", [FIRST]),
        ("too few", every(20)[:6]),
        ("all on few days", [FIRST, *(Entry(NOW - (1 + n % 4) * 20 * DAY, 100) for n in range(20))]),
        ("too short a time", [Entry(NOW - 13 * DAY, 0), *every(1, back=13)[1:]]),
        ("stopped", every(2, until=NOW - 30 * DAY, back=60)),
        ("only just begun", every(2, back=30)),
        ("a burst", [FIRST, *(Entry(NOW - 45 * DAY - timedelta(hours=9 * n), 500) for n in range(20))]),
        ("one that outweighs the rest", [*every(3, 100), Entry(NOW - 45 * DAY, 50_000)]),
        ("growing", [FIRST, *(Entry(NOW - n * DAY, (90 - n) ** 3) for n in range(1, 90))]),
    ],
)
def test_use_that_is_not_even_is_met_with_silence(why, entries):
    assert run_out(entries, 20_000, [], NOW) is None, why


def test_nothing_is_said_of_an_empty_balance_nor_of_the_far_future():
    assert run_out(every(3), 0, [], NOW) is None
    assert run_out(every(3), -500, [], NOW) is None
    assert run_out(every(3, 1), 10**9, [], NOW) is None
    fortnight = [Entry(NOW - 15 * DAY, 0), *every(0.5, 1_000, back=15)[1:]]
    assert run_out(fortnight, 80_000, [], NOW) is not None
    assert run_out(fortnight, 160_000, [], NOW) is None


def test_credit_that_ends_before_it_is_used_is_counted_as_gone():
    ends = NOW + 6 * DAY
    with_end = run_out(every(3), 40_000, [Left(20_000, ends), Left(20_000, None)], NOW)
    assert with_end.unspent
    early, late = days(with_end)
    assert early < 66 < late  # six days of the first, sixty of the second
    assert not run_out(every(3), 40_000, [Left(1_000, ends), Left(39_000, None)], NOW).unspent


def test_what_no_grant_covers_is_spent_last():
    assert run_out(every(3), 20_000, [Left(5_000, None)], NOW) == run_out(every(3), 20_000, [], NOW)


@given(even, st.integers(1, 10**12), grants)
def test_early_is_never_after_late_nor_before_now(entries, balance, left):
    found = run_out(entries, balance, left, NOW)
    if found is not None:
        assert NOW <= found.early <= found.late <= NOW + forecast.HORIZON


@given(even, st.integers(1, 10**9), st.integers(0, 10**9))
def test_more_credit_never_runs_out_sooner(entries, balance, more):
    less, rich = run_out(entries, balance, [], NOW), run_out(entries, balance + more, [], NOW)
    if rich is not None:
        assert less is not None
        assert less.early <= rich.early
        assert less.late <= rich.late


@given(even, grants)
def test_an_end_never_makes_credit_last_longer(entries, left):
    balance = sum(one.remaining for one in left)
    endless = run_out(entries, balance, [Left(one.remaining, None) for one in left], NOW)
    ending = run_out(entries, balance, left, NOW)
    if endless is not None:
        assert ending is not None
        assert ending.early <= endless.early + timedelta(milliseconds=1)
        assert ending.late <= endless.late + timedelta(milliseconds=1)


@given(even, st.integers(1, 10**6), st.integers(2, 1000), grants)
def test_the_unit_does_not_matter(entries, balance, times, left):
    balance += sum(one.remaining for one in left)
    grown = [Entry(entry.at, entry.used * times) for entry in entries]
    one = run_out(entries, balance, left, NOW)
    other = run_out(grown, balance * times, [Left(part.remaining * times, part.expires_at) for part in left], NOW)
    assert (one is None) == (other is None)
    if one is not None:
        assert abs(one.early - other.early) < timedelta(seconds=1)
        assert abs(one.late - other.late) < timedelta(seconds=1)


@given(even, st.randoms(use_true_random=False))
def test_the_order_of_the_entries_does_not_matter(entries, random):
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert run_out(shuffled, 5_000, [], NOW) == run_out(entries, 5_000, [], NOW)


@given(st.lists(st.tuples(st.integers(-10, 400), st.integers(0, 10**6)), max_size=60), st.integers(-100, 10**6), grants)
def test_anything_at_all_is_answered_or_met_with_silence(history, balance, left):
    found = run_out([Entry(NOW - ago * DAY, used) for ago, used in history], balance, left, NOW)
    assert found is None or (found.spends >= forecast.FEWEST_SPENDS and found.late >= found.early >= NOW)


@pytest.fixture
def used_evenly(database, cast):
    """A wallet that was used every other day for sixty days; a spend in it was reversed."""
    start = clock.now()
    by = cast.operator()
    with database.writing() as session:
        with clock.frozen(start - 60 * DAY):
            made = wallets.open(session, cast.own, "EUR", by=by)
            wallets.adjust(session, made, 100_000, reason="top_up", key="first", by=by)
        for n in range(29, -1, -1):
            with clock.frozen(start - 2 * n * DAY - timedelta(hours=5)):
                wallets.adjust(session, made, -1_000, reason="service_delivered", key=f"u{n}", by=by)
    return made


def test_a_wallet_is_read_by_its_latest_entries(database, used_evenly, cast):
    with database.reading() as session:
        held = session.get_one(Wallet, used_evenly.id)
        found = forecast.of_wallet(session, held, now=clock.now())
        assert (found.spends, found.used, found.days) == (30, 30_000, 60)
        assert found.early < clock.now() + 140 * DAY < found.late


def test_what_is_no_use_does_not_count(database, used_evenly, cast):
    with database.writing() as session:
        held = session.get_one(Wallet, used_evenly.id)
        wallets.adjust(session, held, -40_000, reason="correction", key="c", by=cast.operator())
        assert forecast.of_wallet(session, held, now=clock.now()).used == 30_000


def test_a_frozen_wallet_is_met_with_silence(database, used_evenly, cast):
    with database.writing() as session:
        held = session.get_one(Wallet, used_evenly.id)
        wallets.set_status(session, held, "frozen", reason="Looked into", by=cast.operator())
        assert forecast.of_wallet(session, held, now=clock.now()) is None
