"""When a balance runs out, in words no sharper than what is known."""

from datetime import datetime, timedelta

from portal.domain.wallets.forecast import RunOut
from portal.values import locales

_SOON = timedelta(days=7)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_THIRDS = ("beginning", "middle", "end")


def when(found: RunOut, *, now: datetime, zone: str) -> str:
    """Say it as a person would: "about the middle of February", "in February or March"; with the year where it is another."""
    here = locales.zone(zone)
    today, early, late = (at.astimezone(here) for at in (now, found.early, found.late))
    if late - today <= _SOON:
        return "within a week"
    between = _month(late) - _month(early)
    last = _name(late, today)
    if between > 1:
        return f"between {_name(early, today, beside=late)} and {last}"
    if between == 1:
        return f"in {_name(early, today, beside=late)} or {last}"
    if _third(early) == _third(late):
        return f"about the {_THIRDS[_third(late)]} of {last}"
    return f"in {last}"


def _month(at: datetime) -> int:
    return at.year * 12 + at.month


def _third(at: datetime) -> int:
    return min((at.day - 1) // 10, 2)


def _name(at: datetime, today: datetime, beside: datetime | None = None) -> str:
    """Name a month, with its year unless that is this year's or stands beside it already."""
    known = today.year if beside is None else beside.year
    return _MONTHS[at.month - 1] if at.year == known else f"{_MONTHS[at.month - 1]} {at.year}"
