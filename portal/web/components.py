"""Every macro of templates/components, offered to the templates as ui.<name>, and what the macros are written with."""

import re
from collections.abc import Callable, Iterator, Mapping

from flask import Flask
from jinja2 import Environment, Template
from markupsafe import Markup, escape
from wtforms import fields, widgets
from wtforms.fields.core import Field, Label
from wtforms.form import BaseForm

from portal.web import csrf, drawing

DRAWN_ONCE = {"button", "contents", "files", "heads", "icon", "key_hints", "nothing", "pager", "rooms", "status", "tag"}
"""Components that their arguments alone decide: no token, no message of the request. They are kept as they were drawn."""

DRAWN_ONCE_A_TOKEN = {"density", "menu", "toasts"}
"""Components that post forms: the token of the browser's forms decides too."""

KEPT = 512
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


class Components:
    """The macros by name. They are read at first use, for a macro sees the globals that are there when its file is read."""

    def __init__(self, environment: Environment):
        self._environment = environment
        self._templates: list[Template] = []
        self._macros: dict[str, object] = {}

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        if not self._macros or (self._environment.auto_reload and not all(template.is_up_to_date for template in self._templates)):
            self._read()
        try:
            return self._macros[name]
        except KeyError:
            raise AttributeError(f"no component is called {name!r}; they are in templates/components") from None

    def __iter__(self) -> Iterator[str]:
        """Go through the names of all components."""
        if not self._macros:
            self._read()
        return iter(sorted(self._macros))

    def _read(self) -> None:
        names = self._environment.list_templates(filter_func=lambda name: name.startswith("components/") and name.endswith(".html"))
        templates = [self._environment.get_template(name) for name in names]
        macros: dict[str, object] = {}
        for template in templates:
            exported = {name: value for name, value in vars(template.module).items() if callable(value) and not name.startswith("_")}
            if twice := macros.keys() & exported.keys():
                raise ValueError(f"{template.name} defines {', '.join(sorted(twice))} a second time")
            macros |= exported
        self._templates, self._macros = templates, macros
        if not self._environment.auto_reload:
            self.__dict__ |= macros
            self.__dict__ |= {name: once(macros[name]) for name in DRAWN_ONCE}
            self.__dict__ |= {name: once(macros[name], also=csrf.token) for name in DRAWN_ONCE_A_TOKEN}


def once(macro: Callable[..., Markup], *, also: Callable[[], str] | None = None) -> Callable[..., Markup]:
    """Keep what a component looks like with each set of plain arguments, and with what `also` gives."""
    kept: dict[tuple, Markup] = {}

    def draw(*arguments, **named) -> Markup:
        if "caller" in named:
            return macro(*arguments, **named)
        said = f"{arguments!r}{named!r}"  # tells a text from markup, and True from 1
        if " at 0x" in said:  # one that says but where it is: another may be there the next time
            return macro(*arguments, **named)
        key = (also() if also else None, said)
        if (drawn := kept.get(key)) is None:
            if len(kept) >= KEPT:
                kept.clear()
            drawn = kept[key] = macro(*arguments, **named)
        return drawn

    return draw


def attributes(values: Mapping[str, object], prefix: str = "") -> Markup:
    """Write HTML attributes, a space before each; True is a bare attribute, None and False are left out."""
    written = []
    for name, value in values.items():
        if value is None or value is False:
            continue
        name = prefix + name.rstrip("_").replace("_", "-")
        written.append(f" {escape(name)}" if value is True else f' {escape(name)}="{escape(value)}"')
    return Markup("".join(written))


def merged(*dictionaries: Mapping[str, object]) -> dict[str, object]:
    """Put dictionaries of attributes together, the later ones first; those that are None are left out."""
    return {name: value for values in dictionaries for name, value in values.items() if value is not None}


def field_kind(field: Field) -> str:
    """Tell how a WTForms field is drawn: its own `kind` when it has one, else by its class and widget."""
    if own := getattr(field, "kind", None):
        return own
    by_class = (
        (fields.BooleanField, "checkbox"),
        (fields.RadioField, "radio"),
        (fields.SelectMultipleField, "ticks"),
        (fields.SelectField, "select"),
        (fields.DateField, "date"),
        (fields.FileField, "file"),
        (fields.MultipleFileField, "file"),
    )
    for kind, name in by_class:
        if isinstance(field, kind):
            return name
    if isinstance(field.widget, widgets.TextArea):
        return "textarea"
    return getattr(field.widget, "input_type", "text")


def form_errors(form: BaseForm) -> list[dict[str, str]]:
    """List what a form has to complain about, in the order of its fields, then its own: {id, label, text}."""
    found = [error for field in form for error in field_errors(field)]
    return found + [{"id": "", "label": "", "text": text} for text in getattr(form, "form_errors", ())]


def field_errors(field: Field, within: str = "") -> list[dict[str, str]]:
    """List the errors of a field and of the fields inside it; `within` is the label of the field around it."""
    label = field.label.text if isinstance(field.label, Label) else ""
    if isinstance(field, fields.FormField):
        return [error for inner in field.form for error in field_errors(inner, within or label)] + [
            {"id": "", "label": label, "text": text} for text in field.form.form_errors
        ]
    if isinstance(field, fields.FieldList):
        own = [{"id": field.id, "label": label, "text": text} for text in field.errors if isinstance(text, str)]
        return own + [error for n, entry in enumerate(field.entries, 1) for error in field_errors(entry, f"{label} {n}" if label else "")]
    anchor = f"{field.id}-0" if field_kind(field) in {"radio", "ticks"} else field.id
    whole = ", ".join(filter(None, (within, label if not isinstance(field, fields.HiddenField) else "")))
    return [{"id": anchor, "label": whole, "text": text} for text in field.errors if isinstance(text, str)]


def things(count: int) -> str:
    """Write "One thing", "Two things", ... "13 things"."""
    number = NUMBERS[count].capitalize() if count < len(NUMBERS) else str(count)
    return f"{number} thing{'' if count == 1 else 's'}"


def line_of_error(field: Field) -> int | None:
    """Find the line that a field's errors name ("Line 6, column 19: ...")."""
    for text in field.errors:
        if match := re.search(r"\bline (\d+)", str(text), re.IGNORECASE):
            return int(match[1])
    return None


def init_app(app: Flask) -> None:
    """Give the templates `ui` and what its macros are written with."""
    app.jinja_env.filters["list_pair"] = lambda value: (None, value)
    app.jinja_env.globals.update(
        ui=Components(app.jinja_env),
        attributes=attributes,
        merged=merged,
        field_kind=field_kind,
        form_errors=form_errors,
        things=things,
        line_of_error=line_of_error,
        staircase=drawing.staircase,
        scale_of=drawing.scale,
    )
