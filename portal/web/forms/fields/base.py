"""What all fields have in common: text is kept as typed, a BadValue of its parser becomes the field's error."""

from collections.abc import Callable, Iterable
from typing import Any

from markupsafe import Markup, escape
from wtforms import Field, Form, StringField
from wtforms.validators import StopValidation
from wtforms.widgets import html_params

from portal.values.errors import BadValue
from portal.values.text import quoted

Choices = Iterable[tuple[str, str]]


class ParsedField(StringField):
    """A text that `parse` turns into `data`; nothing typed is `nothing`.

    `required` is the sentence said when it is empty. `raw` is what was typed, None where the form was not sent.
    `suggestion` is what would fit, where the parser knows it.
    """

    nothing: Any = None

    def __init__(self, label: str = "", *, hint: str = "", required: str = "", **options):
        super().__init__(label, description=hint, **options)
        self.required = required
        self.raw: str | None = None
        self.suggestion: str | None = None
        if required:
            self.flags.required = True

    def parse(self, text: str, form: Form) -> Any:
        """Read what was typed; BadValue when it cannot be read."""
        return text

    def write(self, value: Any) -> str:
        """Write a value as a person would type it."""
        return "" if value is None else str(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.raw = valuelist[0]

    def pre_validate(self, form: Form) -> None:
        if self.raw is not None:
            self.data = read(self, form) if self.raw.strip() else self.nothing
        if self.required and self.data in (None, ""):
            raise StopValidation(self.required)

    def _value(self) -> str:
        return self.write(self.data) if self.raw is None else self.raw


class PickField(Field):
    """A choice from a list of (value, words). `blank` is the words of the empty choice, which reads as None; without it one must choose."""

    kind = "select"

    def __init__(
        self,
        label: str = "",
        *,
        hint: str = "",
        blank: str | None = None,
        choices: Choices | Callable[[], Choices] = (),
        required: str = "Choose one.",
        **options,
    ):
        super().__init__(label, description=hint, **options)
        self.choices = list(choices() if callable(choices) else choices)
        self.blank = blank
        self.required = required
        self.raw: str | None = None
        self.suggestion: str | None = None

    def parse(self, text: str, form: Form) -> Any:
        """Read the chosen value; BadValue when it is not offered."""
        if text not in (value for value, _ in self.choices):
            raise BadValue(f"{quoted(text)} is not one of the choices.")
        return text

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.raw = valuelist[0]

    def pre_validate(self, form: Form) -> None:
        if self.raw is not None:
            self.data = read(self, form) if self.raw else None
        if self.data is None and self.blank is None:
            raise StopValidation(self.required)

    def iter_choices(self) -> Choices:
        """Go through all (value, words); a value that is kept but no longer offered is there as itself."""
        current = self._value()
        if self.blank is not None:
            yield "", self.blank
        yield from self.choices
        if current and all(value != current for value, _ in self.choices):
            yield current, current

    @property
    def words(self) -> str:
        """The words of what is chosen."""
        current = self._value()
        return next((words for value, words in self.iter_choices() if value == current), "")

    def widget(self, field: "PickField", **attributes) -> Markup:
        """Draw the select; written by hand, since some lists have hundreds of choices."""
        current = self._value()
        options = "".join(
            f'<option value="{escape(value)}"{" selected" if value == current else ""}>{escape(words)}</option>'
            for value, words in self.iter_choices()
        )
        return Markup(f"<select {html_params(id=self.id, name=self.name, **attributes)}>{options}</select>")

    def _value(self) -> str:
        if self.raw is not None:
            return self.raw
        return "" if self.data is None else str(self.data)


def read(field: ParsedField | PickField, form: Form) -> Any:
    """Let a field parse what was typed; a BadValue ends its validation with the sentence, and leaves its suggestion."""
    try:
        return field.parse(field.raw, form)
    except BadValue as bad:
        field.suggestion = bad.suggestion
        field.fault = bad
        raise StopValidation(str(bad)) from None


def sibling(form: Form, name: str | None) -> Any:
    """Give the value of another field of the same form as far as it can be read, whatever the order of the fields."""
    other = form[name] if name and name in form else None
    if other is None:
        return None
    if other.raw is None:
        return other.data
    try:
        return other.parse(other.raw, form) if other.raw else None
    except BadValue:
        return None
