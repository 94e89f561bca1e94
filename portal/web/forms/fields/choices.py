"""Choices that are the same everywhere: countries, languages, time zones."""

from wtforms import Form

from portal.values import countries, locales
from portal.web.forms.fields.base import PickField


class CountryField(PickField):
    """A country by its alpha-2 code; a name or an alpha-3 code is read too. Nothing is None."""

    def __init__(self, label: str = "Country", *, blank: str | None = "none", locale: str = "en", **options):
        super().__init__(label, blank=blank, choices=countries.all_countries(locale), **options)

    def parse(self, text: str, form: Form) -> str:
        return countries.parse_country(text)


class LocaleField(PickField):
    """One of the languages that are offered."""

    def __init__(self, label: str = "Language", *, blank: str | None = "none", **options):
        super().__init__(label, blank=blank, choices=locales.LOCALES.items(), **options)

    def parse(self, text: str, form: Form) -> str:
        return locales.parse_locale(text)


class TimeZoneField(PickField):
    """An IANA time zone."""

    def __init__(self, label: str = "Time zone", *, blank: str | None = "none", **options):
        super().__init__(label, blank=blank, choices=[(name, name.replace("_", " ")) for name in locales.time_zones()], **options)

    def parse(self, text: str, form: Form) -> str:
        return locales.parse_time_zone(text)
