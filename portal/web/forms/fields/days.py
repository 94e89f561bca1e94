"""Days, kept as the moment at which they end."""

from datetime import date, datetime, time

from wtforms import Form

from portal.values import locales
from portal.values.errors import BadValue
from portal.values.text import quoted
from portal.web.forms.fields.base import ParsedField


class DayField(ParsedField):
    """A day; `data` is its last second in the time zone `zone`, aware.

    A form sets `field.zone` after it is made where it knows it only then.
    """

    kind = "date"

    def __init__(self, label: str = "Until", *, zone: str = "UTC", **options):
        super().__init__(label, **options)
        self.zone = zone

    def parse(self, text: str, form: Form) -> datetime:
        try:
            day = date.fromisoformat(text.strip())
        except ValueError:
            raise BadValue(f"{quoted(text)} is not a day: write year, month, day, as in 2026-12-31.") from None
        if not 1900 < day.year < 9999:
            raise BadValue(f"The year {day.year} cannot be meant.")
        return datetime.combine(day, time(23, 59, 59), locales.zone(self.zone))

    def write(self, value: datetime | None) -> str:
        return value.astimezone(locales.zone(self.zone)).date().isoformat() if value else ""
