"""A tax ID: its kind and its number side by side."""

from wtforms import Form
from wtforms.validators import StopValidation

from portal.values import tax_ids
from portal.web.forms.fields.base import ParsedField, PickField, sibling


class TaxIdKindField(PickField):
    """The kind of a tax ID, the fitting ones for a country first when the form says which."""

    def __init__(self, label: str = "Kind", **options):
        super().__init__(label, blank="Choose", choices=((kind.code, kind.label) for kind in tax_ids.KINDS.values()), **options)

    def order_for(self, country: str | None) -> None:
        """Put the kinds that fit a country (alpha-2) first."""
        self.choices = [(code, tax_ids.KINDS[code].label) for code in tax_ids.kinds_for(country)]

    def parse(self, text: str, form: Form) -> str:
        return tax_ids.parse_kind(text)

    def pre_validate(self, form: Form) -> None:
        super().pre_validate(form)
        if self.data is None and form["number"]._value().strip():
            raise StopValidation("Choose the kind of this number.")


class TaxIdNumberField(ParsedField):
    """The number, its form and check digit tested by the kind beside it."""

    def parse(self, text: str, form: Form) -> str:
        kind = sibling(form, "kind")
        return tax_ids.parse_tax_id(kind, text) if kind else text


class TaxIdForm(Form):
    """One row: a kind and a number. A row without a number is no tax ID."""

    kind = TaxIdKindField()
    number = TaxIdNumberField("Number")

    def value(self) -> tuple[str, str] | None:
        """Give (kind, number) when the row is filled."""
        return (self.kind.data, self.number.data) if self.number.data else None
