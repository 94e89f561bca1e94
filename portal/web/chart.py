"""A balance over time, in words and in figures for the drawing."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo

from babel.dates import format_skeleton
from babel.numbers import format_compact_decimal

from portal.domain.wallets import Series
from portal.values import locales, money

_MOST_TICKS = 6
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
_DAYS = (1, 2, 7, 14)
_HOURS = (1, 3, 6, 12)
_LARGE = 1_000_000


def of(series: Series | None, currency: str, reader: tuple[str, str]) -> dict | None:
    """Give what ui.chart_staircase draws; None while there is nothing to see (fewer than two entries).

    `reader` is the locale and time zone of who looks.
    """
    if series is None or len(series.points) < 3:
        return None
    (start, first), (end, now) = series.points[0], series.points[-1]
    day = _days(reader)
    amount = _amounts(currency, reader)
    finding = (
        "It has never stood higher than now."
        if series.highest == now
        else f"It was highest on {day(series.highest_at)}, at {amount(series.highest)}."
    )
    since = "" if series.whole else "The latest entries only. "
    when = f"{day(start)} to {day(end)}" if day(start) != day(end) else day(start)
    return {
        "points": [(at.timestamp(), balance) for at, balance in series.points],
        "caption": f"Balance in {currency}, {when}. {since}{finding}",
        "label": f"Balance over time: {amount(first)} on {day(start)}, {amount(series.highest)} at its highest on "
        f"{day(series.highest_at)}, {amount(now)} today",
        "ticks": ticks(start, end, reader),
        "exponent": money.exponent(currency),
        "write": lambda units: _units(units, reader[0]),
    }


def ticks(start: datetime, end: datetime, reader: tuple[str, str]) -> list[tuple[float, str]]:
    """Name the months that begin within a time, or the days, or the hours: a handful at most; its first day where none does."""
    zone = locales.zone(reader[1])
    first, last = start.astimezone(zone), end.astimezone(zone)
    for begins, words in ((_months, _month), (_days_begun, _day), (_hours, _hour)):
        chosen = [at for at in begins(first, last, zone) if first <= at <= last]
        if len(chosen) > 1:
            return [(at.timestamp(), words(at, reader[0])) for at in chosen]
    return [(start.timestamp(), locales.format_date(start, *reader))]


def _months(first: datetime, last: datetime, zone: tzinfo) -> list[datetime]:
    begun = [datetime(year, month, 1, tzinfo=zone) for year in range(first.year, last.year + 1) for month in range(1, 13)]
    within = sum(first <= at <= last for at in begun)
    step = _step(within, _MONTHS)
    return [at for at in begun if (at.year * 12 + at.month - 1) % step == 0]


def _days_begun(first: datetime, last: datetime, zone: tzinfo) -> Iterator[datetime]:
    days = (last.date() - first.date()).days
    step = _step(days, _DAYS)
    day: date = first.date() + timedelta(days=1)
    for _ in range(0, days, step):
        yield datetime(day.year, day.month, day.day, tzinfo=zone)
        day += timedelta(days=step)


def _hours(first: datetime, last: datetime, zone: tzinfo) -> Iterator[datetime]:
    step = _step(int((last - first) / timedelta(hours=1)), _HOURS)
    midnight = datetime(first.year, first.month, first.day, tzinfo=zone)
    return (midnight + timedelta(hours=hour) for hour in range(0, 48, step))


def _step(number: int, steps: tuple[int, ...]) -> int:
    return next((step for step in steps if number / step <= _MOST_TICKS), steps[-1])


def _month(at: datetime, locale: str) -> str:
    return str(at.year) if at.month == 1 else locales.babel_locale(locale).months["stand-alone"]["abbreviated"][at.month]


def _day(at: datetime, locale: str) -> str:
    return format_skeleton("MMMd", at, tzinfo=at.tzinfo, locale=locales.babel_locale("en_GB" if locale == "en" else locale))


def _hour(at: datetime, locale: str) -> str:
    return f"{at.hour:02d}:00"


def _units(units: int, locale: str) -> str:
    """Write the whole units at a line, large ones short: 12,000, 5M."""
    if abs(units) < _LARGE:
        return money.format_amount(units, "JPY", locale)
    return format_compact_decimal(units, locale=locales.babel_locale(locale), fraction_digits=1).replace("-", "\u2212")


def _days(reader: tuple[str, str]):
    return lambda at: locales.format_date(at, *reader)


def _amounts(currency: str, reader: tuple[str, str]):
    return lambda minor: money.format_amount(minor, currency, reader[0])
