"""A brand: what a business entity is called, its colour and what its customers fall back on; and its logo."""

import json
from collections.abc import Iterable

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import Form, HiddenField
from wtforms.validators import StopValidation

from portal.domain import brands
from portal.domain.errors import Refusal
from portal.model import BusinessEntity
from portal.values.colours import parse_colour
from portal.values.errors import BadValue
from portal.values.images import ENDINGS, Picture, read_picture
from portal.web.filters import told
from portal.web.forms.fields import CountryField, CurrencyField, LineField, LocaleField, NameField, ParsedField, PickField, TimeZoneField

ACCEPT = ",".join(ENDINGS)
LONGEST_NAME = 80


class ColourField(ParsedField):
    """A colour, kept as #rrggbb; nothing is the house's own."""

    nothing = ""

    def parse(self, text: str, form: Form) -> str:
        return parse_colour(text)


class BrandForm(FlaskForm):
    """Change a brand. `version` carries what the writer was shown, so that only what they changed is saved.

    It has this name for the browser too, which does not put back a draft that was written upon another version.
    """

    name = NameField(
        "Name",
        required="The name is missing: it stands at the head of the portal and of every letter.",
        maximum=LONGEST_NAME,
        hint="What customers call it: at the head of the portal and of its mail.",
    )
    legal_name = NameField(
        "Legal name",
        required="The legal name is missing: it stands at the foot of every letter.",
        maximum=200,
        hint="As it stands in the register; at the foot of its mail.",
    )
    address_line = LineField("Address", hint="In one line, at the foot of its mail.")
    country = CountryField("Country")
    colour = ColourField("Colour", hint="As #rrggbb, for the buttons of its letters. Left empty, they are bottle green.")
    locale = LocaleField("Language", blank=None, required="Choose a language.")
    time_zone = TimeZoneField("Time zone", blank=None, required="Choose a time zone.")
    currency = CurrencyField("Currency", required="Choose a currency.")
    version = HiddenField()

    @classmethod
    def of(cls, entity: BusinessEntity, **written: str) -> "BrandForm":
        """Make the form as a brand is now, with what somebody has written into it."""
        form = cls(formdata=None, data=brands.facts_of(entity) | written)
        form.version.data = json.dumps(brands.facts_of(entity))
        return form

    def facts(self) -> dict[str, str]:
        """Give what was read as `brands.change` takes it."""
        return {field: self[field].data or "" for field in brands.FIELDS}

    def shown(self) -> dict[str, str]:
        """Give what the writer was shown, as far as the form tells."""
        try:
            was = json.loads(self.version.data or "{}")
        except ValueError:
            was = {}
        return {field: fact for field, fact in was.items() if isinstance(fact, str)} if isinstance(was, dict) else {}

    def written(self) -> dict[str, str]:
        """Give what the writer changed."""
        shown = self.shown()
        return {field: fact for field, fact in self.facts().items() if fact != shown.get(field)}

    def against(self, theirs: "BrandForm", fields: Iterable[str]) -> list[dict[str, str]]:
        """Set what somebody else saved in some fields against what was written here, in words: {name, before, after}."""
        return [{"name": self[one].label.text, "before": _words(theirs[one]), "after": _words(self[one])} for one in fields]

    def put(self, refusal: Refusal) -> None:
        """Put a refusal on the field that it is about."""
        self[refusal.field].errors = [*self[refusal.field].errors, told(refusal)]


def _words(field: ParsedField | PickField) -> str:
    return field.words if isinstance(field, PickField) else field._value()


class PictureField(FileField):
    """A picture, looked at before anything of it is kept; `picture` is set when it is one that can be shown."""

    picture: Picture | None = None

    def pre_validate(self, form: Form) -> None:
        if not self.data:
            raise StopValidation("Choose a file.")
        try:
            self.picture = read_picture(self.data.stream.read())
        except BadValue as bad:
            raise StopValidation(str(bad)) from None


class LogoForm(FlaskForm):
    """Put a logo in place, or take it away; `seen` is the file name of the one that was shown."""

    logo = PictureField("Logo", description="PNG, JPEG, GIF or WebP, at most 300 kB. A PNG 80 pixels high or more is sharp everywhere.")
    seen = HiddenField()
