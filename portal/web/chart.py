"""A balance over time, in words and in figures for the drawing."""

from datetime import datetime

from portal.domain.wallets import Series
from portal.values import locales, money

_MOST_TICKS = 6
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)


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
    return {
        "points": [(at.timestamp(), balance) for at, balance in series.points],
        "caption": f"Balance in {currency}, {day(start)} to {day(end)}. {since}{finding}",
        "label": f"Balance over time: {amount(first)} on {day(start)}, {amount(series.highest)} at its highest on "
        f"{day(series.highest_at)}, {amount(now)} today",
        "ticks": ticks(start, end, reader),
        "exponent": money.exponent(currency),
    }


def ticks(start: datetime, end: datetime, reader: tuple[str, str]) -> list[tuple[float, str]]:
    """Name the day the line begins on, or the months that begin within it, a handful at most."""
    zone = locales.zone(reader[1])
    first, last = start.astimezone(zone), end.astimezone(zone)
    months = [(year, month) for year in range(first.year, last.year + 1) for month in range(1, 13)]
    begins = [datetime(year, month, 1, tzinfo=zone) for year, month in months]
    within = [at for at in begins if first <= at <= last]
    step = next((step for step in _STEPS if len(within) / step <= _MOST_TICKS), _STEPS[-1])
    chosen = [at for at in within if (at.year * 12 + at.month - 1) % step == 0]
    if len(chosen) < 2:
        return [(start.timestamp(), locales.format_date(start, *reader))]
    return [(at.timestamp(), _month(at, reader[0])) for at in chosen]


def _month(at: datetime, locale: str) -> str:
    return str(at.year) if at.month == 1 else locales.babel_locale(locale).months["stand-alone"]["abbreviated"][at.month]


def _days(reader: tuple[str, str]):
    return lambda at: locales.format_date(at, *reader)


def _amounts(currency: str, reader: tuple[str, str]):
    return lambda minor: money.format_amount(minor, currency, reader[0])
