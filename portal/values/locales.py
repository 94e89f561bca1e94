"""Languages, dates and time zones as a person reads them."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from babel.dates import format_date as babel_date
from babel.dates import format_datetime as babel_datetime

from portal.values.errors import BadValue
from portal.values.text import fold, quoted

LOCALES: dict[str, str] = {
    "en": "English",
    "en_GB": "English (United Kingdom)",
    "en_IN": "English (India)",
    "ar": "Arabic",
    "da": "Danish",
    "de": "German",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nb": "Norwegian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "pt_BR": "Portuguese (Brazil)",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "zh_Hans": "Chinese (simplified)",
}
_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY_FIRST = frozenset({"en", "en_GB", "en_IN"})


@lru_cache(maxsize=256)
def babel_locale(code: str) -> Locale:
    """Find Babel's data for a locale ("de", "pt_BR", "de-CH"); English where there is none."""
    try:
        return Locale.parse(code.replace("-", "_"))
    except (ValueError, TypeError, UnknownLocaleError):
        return Locale("en")


@lru_cache(maxsize=1024)
def parse_locale(text: str) -> str:
    """Read the code or English name of a locale that is offered; a region that is not offered falls back on its language."""
    plain = text.strip().replace("-", "_").casefold()
    if not plain:
        raise BadValue("The language is missing: write its code, such as en or pt-BR.")
    known = _locales_by_word()
    found = known.get(plain) or known.get(fold(plain))
    if found is None and "_" in plain:
        found = known.get(plain.rsplit("_", 1)[0]) or known.get(plain.split("_", 1)[0])
    if found is None:
        raise BadValue(f"{quoted(text)} is not a language offered here. There are: {', '.join(LOCALES)}.")
    return found


@lru_cache(maxsize=1)
def time_zones() -> list[str]:
    """List the names of the IANA time zones that are places, and UTC."""
    areas = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    return ["UTC", *sorted(name for name in available_timezones() if name.split("/", 1)[0] in areas and "/" in name)]


@lru_cache(maxsize=1024)
def parse_time_zone(text: str) -> str:
    """Read the name of an IANA time zone in any case; BadValue with the nearest name else."""
    name = text.strip()
    if not name:
        raise BadValue("The time zone is missing: an area and a city, such as Europe/Berlin.")
    known, cities = _zones_by_word()
    plain = fold(name.replace(" ", "_"))
    if plain in known:
        return known[plain]
    near = cities.get(plain)
    if near:
        raise BadValue(f"{quoted(text)} is not a time zone by itself: {near} is.", near)
    raise BadValue(f"{quoted(text)} is not a time zone we know. Write an area and a city, such as Europe/Berlin.")


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Find the rules of a time zone by its IANA name; BadValue when there is none."""
    return ZoneInfo(parse_time_zone(name))


def format_date(dt: datetime | date, locale: str = "en", tz: str = "UTC") -> str:
    """Write the day of a moment as seen in a time zone: "23 Nov 2026"."""
    day = _there(dt, tz) if isinstance(dt, datetime) else dt
    if locale in _DAY_FIRST:
        return f"{day.day} {_MONTHS[day.month]} {day.year}"
    return babel_date(day, "medium", babel_locale(locale))


def format_datetime(dt: datetime, locale: str = "en", tz: str = "UTC") -> str:
    """Write a moment as seen in a time zone, to the minute: "23 Nov 2026, 09:14"."""
    there = _there(dt, tz)
    if locale in _DAY_FIRST:
        return f"{there.day} {_MONTHS[there.month]} {there.year}, {there.hour:02d}:{there.minute:02d}"
    # Babel's medium time shows seconds; the short one beside a medium date does not.
    at = babel_locale(locale)
    pattern = at.datetime_formats["medium"].replace("'", "")
    return pattern.format(babel_datetime(there, at.time_formats["short"].pattern, locale=at), babel_date(there, "medium", at))


def format_day(dt: datetime | date) -> str:
    """Write a day for machines and sorting: "2026-11-23"."""
    return f"{dt.year:04d}-{dt.month:02d}-{dt.day:02d}"


def _there(dt: datetime, tz: str) -> datetime:
    return dt.astimezone(zone(tz))


@lru_cache(maxsize=1)
def _locales_by_word() -> dict[str, str]:
    words = {code.casefold(): code for code in LOCALES}
    words |= {fold(name): code for code, name in LOCALES.items()}
    words |= {fold(babel_locale(code).get_display_name(code) or code): code for code in LOCALES}
    return words | {"no": "nb", "zh": "zh_Hans", "zh_cn": "zh_Hans", "jp": "ja"}


@lru_cache(maxsize=1)
def _zones_by_word() -> tuple[dict[str, str], dict[str, str]]:
    names = sorted(available_timezones() - {"localtime", "posixrules", "Factory"})
    cities = {fold(name.rsplit("/", 1)[1]): name for name in time_zones() if "/" in name}
    return {fold(name): name for name in names}, cities
