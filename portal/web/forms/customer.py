"""The customer form: every field of a customer, in the order of its parts."""

from collections.abc import Callable
from uuid import UUID

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, FieldList, Form, FormField, HiddenField
from wtforms.validators import StopValidation

from portal.domain.attributes import AttributesWrong
from portal.domain.errors import Refusal
from portal.model import Address, BusinessEntity, CustomAttribute, Customer, TaxId
from portal.values import locales
from portal.web.filters import told
from portal.web.forms.address import AddressForm
from portal.web.forms.fields import (
    CurrencyField,
    CustomDataField,
    DayField,
    EmailField,
    LineField,
    LocaleField,
    NameField,
    ParsedField,
    PhoneField,
    PickField,
    ProseField,
    SwitchField,
    TaxIdForm,
    TickField,
    TimeZoneField,
    attribute_field,
)
from portal.web.forms.fields.attributes import AttributeTicks
from portal.web.forms.fields.base import sibling

MAX_TAX_IDS = 20
PLAIN = ("name", "external_id", "email", "phone", "custom_data", "communications", "locale", "time_zone", "currency", "notes")
EXEMPTION = ("tax_exempt", "tax_exempt_reason", "tax_exempt_evidence", "tax_exempt_until")

FIELD_OF = {"business_entity_id": "business_entity", "parent_id": "parent"}
"""The form's name of a fact, where it has another."""

ATTRIBUTE = "attribute-"
"""What the names of attributes' fields begin with; their keys follow."""

SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("part-name", "Name", ("name", "external_id")),
    ("part-contact", "Contact", ("email", "phone")),
    ("part-addresses", "Addresses", ("billing", "shipping_same", "shipping")),
    ("part-billing", "Billed by", ("business_entity", "parent")),
    ("part-tax", "Tax", ("tax_ids", *EXEMPTION)),
    ("part-data", "Custom data", ("custom_data",)),
    ("part-charging", "Charging and mail", ("auto_charge", "communications")),
    ("part-language", "Language and currency", ("locale", "time_zone", "currency")),
    ("part-notes", "Notes", ("notes",)),
)
"""(anchor, title, fields) of each section of the form; `sections` has that of the attributes too."""

PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    *((name, (name,)) for name in ("name", "external_id", "email", "phone", "billing")),
    ("shipping", ("shipping_same", "shipping")),
    *((name, (name,)) for name in ("business_entity", "parent", "tax_ids")),
    ("tax_exempt", EXEMPTION),
    *((name, (name,)) for name in ("custom_data", "communications", "locale", "time_zone", "currency", "notes")),
)
"""(key, fields) of what is yours or theirs as a whole, when two people write at once; `parts` has the attributes too."""


class ParentField(ParsedField):
    """Another customer, written as its Customer ID or its name; `data` is its id.

    `resolve(text)` finds it and refuses by name; `kept` is the text that stands for the one there is.
    """

    resolve: Callable[[str], UUID]
    kept = ""

    def parse(self, text: str, form: Form) -> UUID | None:
        if text.strip() == self.kept:
            return self.object_data
        try:
            return self.resolve(text)
        except Refusal as refusal:
            raise StopValidation(told(refusal)) from None

    def write(self, value: UUID | None) -> str:
        return self.kept


class CustomerForm(FlaskForm):
    """Reads a whole customer. Call `set_up` before anything else; `facts` is what the domain takes."""

    name = NameField("Name", required="The name is missing. It is the one thing that is needed.")
    external_id = LineField("Customer ID", nullable=True, hint="The key in your own system. Imports match rows by it.")
    email = EmailField("Email", hint="Unique among customers. It becomes the primary contact.")
    phone = PhoneField("Phone", country=lambda form: _country(form), hint="With + and the calling code, or as dialled at home.")
    billing = FormField(AddressForm, "Billing address")
    shipping_same = TickField("Shipping address is the same", default=True)
    shipping = FormField(AddressForm, "Shipping address")
    business_entity = PickField("Billed by", hint="The legal entity of ours that bills this customer.")
    parent = ParentField("Parent customer", hint="Its Customer ID or its name. Wallets are rolled up to it.")
    tax_ids = FieldList(FormField(TaxIdForm), "Tax ID", max_entries=MAX_TAX_IDS)
    tax_exempt = TickField("Exempt from tax", hint="With a reason, evidence and an end date, as far as they are known.")
    tax_exempt_reason = LineField("Reason")
    tax_exempt_evidence = ProseField("Evidence", maximum=2_000, hint="What was shown, and where it is kept.")
    tax_exempt_until = DayField("Valid until", hint="To the end of that day.")
    custom_data = CustomDataField("Custom data")
    auto_charge = SwitchField("Charge invoices by itself", locked="Needs a payment gateway. None is set up.")
    communications = SwitchField(
        "Email communications", default=True, hint="Off means: nothing but sign-in and security mail goes to anyone at this customer."
    )
    locale = LocaleField("Language")
    time_zone = TimeZoneField("Time zone")
    currency = CurrencyField("Preferred currency")
    notes = ProseField("Notes for operators", hint="Never shown to the customer.")
    attributes_shown = HiddenField()
    version = HiddenField()
    was = HiddenField()

    home_country = ""
    varies = False
    """Whether another business entity asks for other attributes."""

    def set_up(self, entities: list[BusinessEntity], entity: BusinessEntity, find_parent: Callable[[str], UUID]) -> None:
        """Give the fields what only the database knows: who may bill, what empty choices fall back on, how a parent is found."""
        self.business_entity.choices = [(str(one.id), one.name) for one in entities]
        self.locale.blank = f"As {entity.name}: {locales.LOCALES.get(entity.locale, entity.locale)}"
        self.time_zone.blank = f"As {entity.name}: {entity.time_zone}"
        self.currency.blank = f"As {entity.name}: {entity.currency}"
        self.tax_exempt_until.zone = entity.time_zone
        self.parent.resolve = find_parent
        self.home_country = entity.country
        for row in self.tax_ids:
            row.form.kind.order_for(self.billing.form.country._value())

    def ask(self, definitions: list[CustomAttribute], entity: BusinessEntity, kept: dict, *, sent: MultiDict | None, locale: str) -> None:
        """Add the fields of the attributes that a business entity asks for; `kept` are their values, `definitions` those of all.

        A field that was not shown yet when the form was sent keeps its value, and is not among the facts.
        """
        shown = (self.attributes_shown.data or "").split()
        own = [one for one in definitions if one.business_entity_id in (None, entity.id)]
        for one in own:
            field = attribute_field(one, locale).bind(form=self, name=ATTRIBUTE + one.key, prefix=self._prefix)
            field.process(sent, kept.get(one.key))
            field.shown = one.key in shown
            if field.shown and isinstance(field, AttributeTicks):
                field.sent_empty()
            self._fields[field.name] = field
        self.attributes_shown.data = " ".join(one.key for one in own)
        names = list(self._fields)
        for name in names[names.index("custom_data") : len(names) - len(own)]:  # the fields stand in the order of the page
            self._fields[name] = self._fields.pop(name)
        self.varies = "business_entity" in self and any(one.business_entity_id for one in definitions)

    @property
    def asked(self) -> list[Field]:
        """The fields of the attributes."""
        return [field for name, field in self._fields.items() if name.startswith(ATTRIBUTE)]

    @property
    def sections(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """The sections of the form as SECTIONS, with that of the attributes where there are any."""
        asked = tuple(field.name for field in self.asked)
        own = [("part-attributes", "Attributes", asked)] if asked else []
        at = next(number for number, (anchor, _, _) in enumerate(SECTIONS) if anchor == "part-data")
        return [*SECTIONS[:at], *own, *SECTIONS[at:]]

    @property
    def parts(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """PARTS, and each attribute as a part of its own."""
        return (*PARTS, *((field.name, (field.name,)) for field in self.asked))

    def add_tax_id(self) -> None:
        """Add an empty row, when there is room for one more."""
        if len(self.tax_ids) < MAX_TAX_IDS:
            self.tax_ids.append_entry().form.kind.order_for(self.billing.form.country._value())

    def validate(self, extra_validators=None) -> bool:
        """Read each field, then look at what only several of them together can tell."""
        well = super().validate(extra_validators)
        seen = set()
        for row in self.tax_ids:
            value = row.form.value()
            if value and not row.form.errors:
                if value in seen:
                    row.form.number.errors.append("This number stands above already.")
                    well = False
                seen.add(value)
        return well

    def facts(self) -> dict:
        """Give what was read as `customers.add` and `customers.change` take it."""
        found = {key: self[key].data for key in (*PLAIN, *EXEMPTION)}
        found["parent_id"] = self.parent.data
        if "business_entity" in self:
            found["business_entity_id"] = UUID(self.business_entity.data)
        found["billing"] = self.billing.form.parts()
        found["shipping_same"] = self.shipping_same.data
        found["shipping"] = None if self.shipping_same.data else self.shipping.form.parts()
        found["tax_ids"] = [value for row in self.tax_ids if (value := row.form.value())]
        if asked := self.asked:
            found["attributes"] = {field.name.removeprefix(ATTRIBUTE): field.data for field in asked if field.shown}
        return found

    def refuse(self, refusal: Refusal) -> None:
        """Put a refusal of the domain on the field it is about, or on the whole form."""
        if isinstance(refusal, AttributesWrong):
            for key, sentence in refusal.by_key.items():
                self.refuse(Refusal(sentence, field=ATTRIBUTE + key))
            return
        name = FIELD_OF.get(refusal.field, refusal.field)
        if name in self:
            self[name].errors = [*self[name].errors, told(refusal)]
        else:
            self.form_errors.append(told(refusal))

    def errors_in(self, names: tuple[str, ...]) -> int:
        """Count the errors of some fields, those inside them too."""
        return sum(_count(self[name].errors) for name in names if name in self)


def values_of(customer: Customer, addresses: list[Address], tax_ids: list[TaxId]) -> dict:
    """Give the form's data for a customer that is there."""
    billing = next((address for address in addresses if address.is_billing), None)
    shipping = next((address for address in addresses if address.is_shipping), None)
    same = shipping is billing
    return {name: getattr(customer, name) for name in (*PLAIN, *EXEMPTION, "auto_charge")} | {
        "billing": billing.parts() if billing else {},
        "shipping": shipping.parts() if shipping and not same else {},
        "shipping_same": same,
        "business_entity": str(customer.business_entity_id),
        "parent": customer.parent_id,
        "tax_ids": [{"kind": row.kind, "number": row.value} for row in tax_ids],
        "version": str(customer.version),
    }


def _country(form: CustomerForm) -> str | None:
    """Give the country that a phone number is dialled in."""
    return sibling(form.billing.form, "country") or form.home_country or None


def _count(errors) -> int:
    if isinstance(errors, str):
        return 1
    return sum(_count(inner) for inner in (errors.values() if isinstance(errors, dict) else errors))
