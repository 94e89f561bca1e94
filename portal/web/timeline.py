"""Events as ui.timeline takes them: by day in the reader's zone, their sentences as markup."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import groupby
from types import MappingProxyType
from uuid import UUID

from babel.dates import format_skeleton
from markupsafe import Markup

from portal.domain.activity import Event, Part
from portal.values import clock, locales
from portal.web.filters import reader
from portal.web.kept_urls import row_url

NOBODY: Mapping[UUID, str] = MappingProxyType({})
_MARKUP = {"name": Markup("<b>{}</b>"), "figure": Markup('<span class="fig">{}</span>')}
_DAY_FIRST = {"en": "en_GB", "en_IN": "en_GB"}


def days(events: Iterable[Event], customers: Mapping[UUID, str] = NOBODY) -> list[dict]:
    """Group events, the newest first, by the reader's days: [{day, events: [{time, iso, what, changes, origin}]}].

    With `customers`, names by id, each event says at whom.
    """
    locale, zone_name = reader()
    zone = locales.zone(zone_name)
    today = clock.now().astimezone(zone).date()
    grouped = groupby(((event.at.astimezone(zone), event) for event in events), key=lambda pair: pair[0].date())
    return [
        {"day": day_words(day, today, locale), "events": [_line(at, event, customers) for at, event in pairs]} for day, pairs in grouped
    ]


def day_words(day: date, today: date, locale: str) -> str:
    """Name a day: Today, Yesterday, 16 November; with its year when that is not this one."""
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    skeleton = "MMMMd" if day.year == today.year else "yMMMMd"
    return format_skeleton(skeleton, datetime(day.year, day.month, day.day), locale=locales.babel_locale(_DAY_FIRST.get(locale, locale)))


def _line(at: datetime, event: Event, customers: Mapping[UUID, str]) -> dict:
    where = ", ".join(filter(None, (event.origin, event.device)))
    return {
        "time": f"{at.hour:02d}:{at.minute:02d}",
        "iso": event.at.isoformat(timespec="seconds"),
        "what": Markup("").join(_part(part) for part in event.sentence) + _at(event, customers),
        "changes": event.changes,
        "origin": Markup("{}<br>{}").format(where, event.ip) if event.ip else where,
    }


def _part(part: Part) -> Markup:
    return _MARKUP.get(part.kind, Markup("{}")).format(part.text)


def _at(event: Event, customers: Mapping[UUID, str]) -> Markup:
    if event.customer_id not in customers:
        return Markup("")
    href = row_url("console.customers.show", customer_id=event.customer_id)
    return Markup(', at <a href="{}">{}</a>').format(href, customers[event.customer_id])
