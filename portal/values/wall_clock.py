"""What a clock on the wall shows, and the moments at which it does: none in an hour that is skipped, two in one that is repeated."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple


class WallTime(NamedTuple):
    """The moments (aware, UTC, the earliest first) at which clocks in a zone show a time.

    `skipped` is true where they never did: clocks were put forward over it, and the one moment is that at which they were.
    """

    moments: tuple[datetime, ...]
    skipped: bool


def read(shown: datetime, zone: tzinfo) -> WallTime:
    """Find the moments of a naive time in a zone (PEP 495).

    :raises OverflowError: at the ends of the calendar.
    """
    first, second = (shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return WallTime((first,), False)
    if first < second:
        return WallTime((first, second), False)
    return WallTime((_change_between(second, first, zone),), True)


def start_of(day: date, zone: tzinfo) -> datetime:
    """Give the moment at which a day begins in a zone, aware, UTC: not at midnight where clocks are put forward then."""
    return read(datetime.combine(day, time()), zone).moments[0]


def end_of(day: date, zone: tzinfo) -> datetime:
    """Give the moment at which a day is over in a zone, aware, UTC: the first of the next."""
    return start_of(day + timedelta(days=1), zone)


def _change_between(early: datetime, late: datetime, zone: tzinfo) -> datetime:
    """Find the first second with the later offset."""
    offset = early.astimezone(zone).utcoffset()
    low, high = 0, int((late - early).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (early + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return (early + timedelta(seconds=high)).replace(microsecond=0)
