"""Words: names and lines, notes, email addresses, phone numbers, postal codes."""

from collections.abc import Callable

from wtforms import Form
from wtforms.widgets import TextArea

from portal.values import addresses, emails, phones
from portal.values.errors import BadValue
from portal.values.text import clean, clean_line
from portal.web.forms.fields.base import ParsedField, sibling


class LineField(ParsedField):
    """One line of at most `maximum` characters; nothing is the empty text, or None with `nullable`."""

    def __init__(self, label: str = "", *, maximum: int = 255, nullable: bool = False, **options):
        super().__init__(label, **options)
        self.maximum = maximum
        self.nothing = None if nullable else ""

    def parse(self, text: str, form: Form) -> str | None:
        line = clean_line(text)
        if len(line) > self.maximum:
            raise BadValue(f"{len(line):,} characters are too many: there is room for {self.maximum:,}.")
        return line or self.nothing


class NameField(LineField):
    """A name that must be there."""

    def __init__(self, label: str = "Name", *, required: str = "The name is missing: it is the one thing that is needed.", **options):
        super().__init__(label, required=required, **options)


class ProseField(ParsedField):
    """Several lines of at most `maximum` characters."""

    widget = TextArea()
    nothing = ""

    def __init__(self, label: str = "", *, maximum: int = 10_000, **options):
        super().__init__(label, **options)
        self.maximum = maximum

    def parse(self, text: str, form: Form) -> str:
        prose = clean(text)
        if len(prose) > self.maximum:
            raise BadValue(f"{len(prose):,} characters are too many: there is room for {self.maximum:,}.")
        return prose


class EmailField(ParsedField):
    """One email address; None where there is none."""

    kind = "email"

    def parse(self, text: str, form: Form) -> str:
        return emails.parse_email(text)


class PhoneField(ParsedField):
    """A phone number, kept as E.164; one without + is dialled within the country.

    `country` is the name of the sibling field that holds it, or a function of the form; nothing is `empty`.
    """

    kind = "tel"

    def __init__(
        self, label: str = "Phone", *, country: str | Callable[[Form], str | None] | None = None, empty: str | None = None, **options
    ):
        super().__init__(label, **options)
        self.country = country
        self.nothing = empty

    def parse(self, text: str, form: Form) -> str:
        country = self.country(form) if callable(self.country) else sibling(form, self.country)
        return phones.parse_phone(text.strip(), country or None)

    def write(self, value: str | None) -> str:
        return phones.format_phone(value) if value else ""


class PostalCodeField(ParsedField):
    """A postal code, brought to the spelling of the country in the sibling field `country`."""

    nothing = ""

    def __init__(self, label: str = "Postal code", *, country: str = "country", **options):
        super().__init__(label, **options)
        self.country = country

    def parse(self, text: str, form: Form) -> str:
        code = clean_line(text)
        if len(code) > 40:
            raise BadValue("A postal code has at most 40 characters.")
        country = sibling(form, self.country)
        return addresses.check_postal_code(country, code) if country else code
