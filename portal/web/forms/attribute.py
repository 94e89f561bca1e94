"""The form that defines a custom attribute; what it asks depends on the kind."""

from uuid import UUID

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Form, HiddenField
from wtforms.widgets import TextArea

from portal.domain.attributes import DefinitionWrong
from portal.model import BusinessEntity, CustomAttribute
from portal.values.attributes import WITH_CHOICES, parse_choices
from portal.web.forms.fields import AttributeField, AttributePick, LineField, NameField, ParsedField, PickField, TickField
from portal.web.forms.fields.attributes import LIST_HINT

FIELD_OF = {"business_entity_id": "business_entity"}
"""The form's name of a fact, where it has another."""


class ChoicesField(ParsedField):
    """Choices, one a line."""

    widget = TextArea()
    kind = "textarea"
    nothing = ()

    def parse(self, text: str, form: Form) -> list[str]:
        return parse_choices(text)

    def write(self, value: list[str] | None) -> str:
        return "\n".join(value or ())


class AttributeForm(FlaskForm):
    """Define or change an attribute. Call `set_up` before anything else; the kind is fixed before the form is shown."""

    label = NameField("Name", required="The name is missing.", hint="As it stands on the form and on the customer’s page.")
    key = LineField("Key", hint="What programs and files know it by. Made of the name when left empty; fixed from then on.")
    business_entity = PickField("Asked of", blank="All customers")
    required = TickField("A value is needed", hint="The customer form is not saved without one. Customers who lack it stay as they are.")
    choices = ChoicesField("Choices", hint="One a line, in the order in which they are offered.")
    kind = HiddenField()

    def set_up(
        self, kind: str, entities: list[BusinessEntity], *, attribute: CustomAttribute | None, sent: MultiDict | None, locale: str
    ) -> None:
        """Make the form fit a kind, and a definition that is there; the default is a field of the kind itself."""
        self.kind.data = kind
        self.business_entity.choices = [(str(one.id), f"Customers of {one.name}") for one in entities]
        if kind not in WITH_CHOICES:
            del self.choices
        elif kind == "list":
            self.choices.description = "One a line. Without any, a list may hold any words."
        if attribute is not None:
            del self.key
        unbound = _default_field(kind, locale)
        field = unbound.bind(form=self, name="default", prefix=self._prefix)
        field.process(sent, attribute.default if attribute else None)
        self._fields["default"] = field

    def facts(self) -> dict:
        """Give what was read as `attributes.define` and `attributes.change` take it."""
        entity = self.business_entity.data
        found = {"label": self.label.data, "business_entity_id": UUID(entity) if entity else None, "required": self.required.data}
        found |= {"kind": self.kind.data, "default": self["default"].data}
        if "choices" in self:
            found["choices"] = list(self.choices.data)
        if "key" in self:
            found["key"] = self.key.data
        return found

    def refuse(self, refusal: DefinitionWrong) -> None:
        """Put a refusal on the field that it is about."""
        name = FIELD_OF.get(refusal.field, refusal.field)
        if name in self:
            self[name].errors = [*self[name].errors, str(refusal)]
        else:
            self.form_errors.append(str(refusal))


def values_of(attribute: CustomAttribute) -> dict:
    """Give the form's data for a definition that is there."""
    return {
        "label": attribute.label,
        "business_entity": str(attribute.business_entity_id) if attribute.business_entity_id else None,
        "required": attribute.required,
        "choices": attribute.choices,
    }


def _default_field(kind: str, locale: str):
    hint = "What a new customer has until somebody says otherwise."
    if kind == "yes_no":
        return AttributePick("Default", of=kind, choices=(), hint=hint)
    if kind == "choice":
        return AttributeField("Default", of="text", hint=f"{hint} One of the choices above.")
    return AttributeField("Default", of=kind, locale=locale, hint=f"{hint} {LIST_HINT}" if kind == "list" else hint)
