"""The moment that a page is asked to show, read from its address in the reader's own zone; every doubt is said, none is guessed away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from portal.values import clock, locales, wall_clock
from portal.values.text import clean_line, quoted

_MINUTE = timedelta(minutes=1)
_LEAST = timedelta(microseconds=1)
_FIRST_YEAR = 1970


@dataclass(frozen=True)
class AsOf:
    """What was asked for: `day` and `time` as the fields show them, the `moment`, or an `error` with the field it is of.

    `at` is how the moment is written in an address. `note` says what the clocks did; `other` is the other of two moments
    that they showed alike: (words, at). `whole_day` is true where no time was given: the end of the day.
    """

    day: str
    time: str
    moment: datetime | None = None
    at: str = ""
    error: str = ""
    field: str = "day"
    note: str = ""
    other: tuple[str, str] | None = None
    whole_day: bool = False


class _Wrong(Exception):
    """What was typed is no moment that can be shown."""

    def __init__(self, sentence: str, field: str = "day"):
        super().__init__(sentence)
        self.field = field


def asked(query: Mapping[str, str], reader: tuple[str, str]) -> AsOf | None:
    """Read `at` (2026-11-01T12:00), or `day` and `time` as a form sends them; None when now is asked for.

    A minute is meant to its end, as the pages show times; a day alone is its end, and today is now.
    """
    at, day, hour = (clean_line(query.get(name, ""))[:40] for name in ("at", "day", "time"))
    if not at and not day and not hour:
        return None
    if at:
        day, _, hour = at.replace(" ", "T").partition("T")
    try:
        return _read(day, hour, reader)
    except _Wrong as wrong:
        return AsOf(day, hour, error=str(wrong), field=wrong.field)


def _read(day: str, hour: str, reader: tuple[str, str]) -> AsOf:
    zone, now = locales.zone(reader[1]), clock.now()
    on = _day(day)
    if not hour:
        today = now.astimezone(zone).date()
        if on > today:
            raise _Wrong(f"This day has not come yet. Today is {locales.format_date(today, reader[0])}.")
        return AsOf(day, "", min(wall_clock.end_of(on, zone) - _LEAST, now), on.isoformat(), whole_day=True)
    shown = _time(hour)
    step = _LEAST if shown.second or shown.microsecond else _MINUTE
    if shown.tzinfo is not None:
        moment = _moment(on, shown, zone)
        there = moment.astimezone(zone)
        return _known(moment, there.date(), f"{there:%H:%M}", moment.astimezone(zone).isoformat(timespec="minutes"), step, reader)
    wall = wall_clock.read(datetime.combine(on, shown), zone)
    written = shown.isoformat("minutes" if step is _MINUTE else "auto")
    found = _known(wall.moments[-1], on, hour[:5], f"{on.isoformat()}T{written}", step, reader)
    if wall.skipped:
        note = (
            f"There was no {hour[:5]} on that day: the clocks in {reader[1]} were put forward over it. This is how it stood when they were."
        )
        return _with(found, note=note)
    if len(wall.moments) == 2:
        first = wall.moments[0].astimezone(zone).isoformat(timespec="minutes")
        note = f"The clocks in {reader[1]} showed {hour[:5]} twice on that day, for they were put back. This is the second time."
        return _with(found, note=note, other=("Show the first time", first))
    return found


def _known(moment: datetime, day: date, hour: str, at: str, step: timedelta, reader: tuple[str, str]) -> AsOf:
    now = clock.now()
    if moment > now:
        raise _Wrong(f"This moment has not come yet. It is {locales.format_datetime(now, *reader)} now.")
    return AsOf(day.isoformat(), hour, min(moment + step - _LEAST, now) if step is _MINUTE else moment, at)


def _with(found: AsOf, **more) -> AsOf:
    return AsOf(found.day, found.time, found.moment, found.at, **more)


def _day(text: str) -> date:
    if not text:
        raise _Wrong("A day is missing: the time alone does not say which.")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise _Wrong(f"{quoted(text)} is not a day: write year, month, day, as in 2026-12-31.") from None
    if not _FIRST_YEAR <= day.year < 9999:
        raise _Wrong(f"The year {day.year} cannot be meant.")
    return day


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise _Wrong(f"{quoted(text)} is not a time: write hour and minute, as in 14:30.", "time") from None


def _moment(day: date, shown: time, zone) -> datetime:
    """Give the moment of a time that says its own offset."""
    moment = datetime.combine(day, shown).astimezone(UTC)
    if not _FIRST_YEAR <= moment.year < 9999:
        raise _Wrong(f"The year {moment.year} cannot be meant.")
    return moment
