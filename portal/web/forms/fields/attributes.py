"""Fields of custom attributes, made from their definitions. What is kept already is not asked again when it stays as it is."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from wtforms import Field, Form
from wtforms.fields.core import Label, UnboundField
from wtforms.validators import StopValidation
from wtforms.widgets import TextArea

from portal.model import CustomAttribute
from portal.values.attributes import format_attribute, parse_attribute, write_attribute
from portal.values.errors import BadValue
from portal.web.forms.fields.base import ParsedField, PickField

DRAWN = {"text": "text", "whole": "number", "decimal": "number", "date": "date", "list": "textarea", "json": "json"}
LIST_HINT = "One a line."
YES_NO = [("yes", "Yes"), ("no", "No")]


def attribute_field(of: CustomAttribute, locale: str) -> UnboundField:
    """Make the field that reads values of an attribute, numbers in the notation of the locale."""
    required = f"{of.label} is missing: a value is needed here." if of.required else ""
    hint = "A value is needed." if of.required else ""
    if of.kind in ("choice", "yes_no"):
        return AttributePick(of.label, of=of.kind, choices=of.choices, needed=required, hint=hint)
    if of.kind == "list" and of.choices:
        return AttributeTicks(of.label, choices=of.choices, needed=required, hint=hint)
    hint = f"{LIST_HINT} {hint}".strip() if of.kind == "list" else hint
    return AttributeField(of.label, of=of.kind, locale=locale, required=required, hint=hint)


class AttributeField(ParsedField):
    """An attribute that is typed; `of` is its kind."""

    fault: BadValue | None = None

    def __init__(self, label: str = "", *, of: str, locale: str = "en", **options):
        super().__init__(label, **options)
        self.of, self.locale = of, locale
        self.kind, self.width = DRAWN[of], "m" if of == "date" else ""
        self.attrs = {"inputmode": "decimal", "autocomplete": "off"} if of == "decimal" else {"autocomplete": "off"}
        if of in ("list", "json"):
            self.widget = TextArea()

    @property
    def fault_line(self) -> int | None:
        """The line of the first fault of JSON, counted from 1."""
        return getattr(self.fault, "line", None)

    @property
    def words(self) -> str:
        """The value as people read it."""
        return "" if self.data is None else format_attribute(self.of, self.data, locale=self.locale)

    def parse(self, text: str, form: Form) -> Any:
        if self.object_data is not None and _lines(text) == _lines(self.write(self.object_data)):
            return self.object_data
        return parse_attribute(self.of, text, locale=self.locale)

    def write(self, value: Any) -> str:
        return write_attribute(self.of, value, locale=self.locale)


class AttributePick(PickField):
    """An attribute that is chosen: one of its choices, or yes or no."""

    attrs: dict[str, str] = {}

    def __init__(self, label: str = "", *, of: str, choices: Sequence[str], needed: str = "", **options):
        offered = YES_NO if of == "yes_no" else [(choice, choice) for choice in choices]
        super().__init__(label, blank="Choose" if needed else "none", choices=offered, **options)
        self.of, self.needed = of, needed
        self.width = "s" if of == "yes_no" else "l"

    def parse(self, text: str, form: Form) -> Any:
        if self.object_data is not None and text == write_attribute(self.of, self.object_data):
            return self.object_data
        return parse_attribute(self.of, text, choices=[value for value, _ in self.choices])

    def pre_validate(self, form: Form) -> None:
        super().pre_validate(form)
        if self.needed and self.data is None:
            raise StopValidation(self.needed)

    def _value(self) -> str:
        return write_attribute(self.of, self.data) if self.raw is None else self.raw


class Tick(NamedTuple):
    """One tick of AttributeTicks, as ui.field draws it."""

    id: str
    data: str
    label: Label
    checked: bool


class AttributeTicks(Field):
    """A list out of choices, each with a tick of its own. `raw` are the ticked ones, None where the field was not sent."""

    kind = "ticks"
    width = ""
    attrs: dict[str, str] = {}

    def __init__(self, label: str = "", *, choices: Sequence[str], needed: str = "", hint: str = "", **options):
        super().__init__(label, description=hint, **options)
        self.choices, self.needed = list(choices), needed
        self.raw: list[str] | None = None

    def sent_empty(self) -> None:
        """Read the field as one that was shown and sent without a tick, which a browser does not tell."""
        if self.raw is None:
            self.raw = []

    def __iter__(self) -> Iterator[Tick]:
        ticked = self._ticked()
        for number, choice in enumerate(dict.fromkeys([*self.choices, *ticked])):
            yield Tick(f"{self.id}-{number}", choice, Label(f"{self.id}-{number}", choice), choice in ticked)

    @property
    def words(self) -> str:
        """The ticked ones as people read them."""
        return ", ".join(self._ticked())

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.raw = [choice for value in valuelist for choice in _lines(value).split("\n") if choice]

    def pre_validate(self, form: Form) -> None:
        if self.raw is not None:
            try:
                self.data = parse_attribute("list", "\n".join(self.raw), choices=[*self.choices, *(self.object_data or [])])
            except BadValue as bad:
                raise StopValidation(str(bad)) from None
        if self.needed and self.data is None:
            raise StopValidation(self.needed)

    def _ticked(self) -> list[str]:
        return list(self.data or []) if self.raw is None else self.raw

    def _value(self) -> str:
        return "\n".join(self._ticked())


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
