"""The period of a statement, read from its address as days in the reader's own zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from portal.values import clock, locales, wall_clock
from portal.values.text import clean_line, quoted

_FIRST_YEAR = 1970


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included, and the moments they begin and end at.

    A period that reaches beyond now ends now: `cut`. `errors` are sentences by field, {from, to}; with any, there are no
    moments. `first` and `last` are as typed then.
    """

    first: str
    last: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    cut: bool = False
    errors: dict[str, str] = field(default_factory=dict)


def asked(query: Mapping[str, str], reader: tuple[str, str], *, opened: datetime) -> Period:
    """Read `from` and `to`; without both, the last full month. One alone is filled in: from the wallet's first day, up to today."""
    zone, now = locales.zone(reader[1]), clock.now()
    today = now.astimezone(zone).date()
    typed = {name: clean_line(query.get(name, ""))[:40] for name in ("from", "to")}
    if not any(typed.values()):
        typed = dict(zip(typed, _last_month(today), strict=True))
    typed["from"] = typed["from"] or opened.astimezone(zone).date().isoformat()
    typed["to"] = typed["to"] or today.isoformat()
    days, errors = {}, {}
    for name, text in typed.items():
        try:
            days[name] = _day(text)
        except ValueError as wrong:
            errors[name] = str(wrong)
    if not errors and days["from"] > today:
        errors["from"] = f"This day has not come yet. Today is {locales.format_date(today, reader[0])}."
    elif not errors and days["to"] < days["from"]:
        errors["to"] = "The last day is before the first."
    if errors:
        return Period(typed["from"], typed["to"], errors=errors)
    ends_at = wall_clock.end_of(days["to"], zone)
    starts_at = wall_clock.start_of(days["from"], zone)
    return Period(days["from"].isoformat(), days["to"].isoformat(), starts_at, min(ends_at, now), cut=ends_at > now)


def choices(reader: tuple[str, str]) -> list[tuple[str, str, str]]:
    """Give the quick choices: (words, first day, last day)."""
    today = clock.now().astimezone(locales.zone(reader[1])).date()
    this_month = (today.replace(day=1).isoformat(), (_next_month(today) - timedelta(days=1)).isoformat())
    this_year = (today.replace(month=1, day=1).isoformat(), today.replace(month=12, day=31).isoformat())
    return [("This month", *this_month), ("Last month", *_last_month(today)), ("This year", *this_year)]


def _last_month(today: date) -> tuple[str, str]:
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1).isoformat(), last.isoformat()


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{quoted(text)} is not a day: write year, month, day, as in 2026-12-31.") from None
    if not _FIRST_YEAR <= day.year < 9999:
        raise ValueError(f"The year {day.year} cannot be meant.")
    return day
