"""The fields that all forms share. Each reads one kind of value with the parser of portal.values and keeps what was typed."""

from portal.web.forms.fields.amounts import AmountField, CurrencyField
from portal.web.forms.fields.attributes import AttributeField, AttributePick, AttributeTicks, attribute_field
from portal.web.forms.fields.base import ParsedField, PickField
from portal.web.forms.fields.choices import CountryField, LocaleField, TimeZoneField
from portal.web.forms.fields.data import CustomDataField
from portal.web.forms.fields.days import DayField
from portal.web.forms.fields.keys import OneTimeKey
from portal.web.forms.fields.lines import EmailField, LineField, NameField, PhoneField, PostalCodeField, ProseField
from portal.web.forms.fields.switches import SwitchField, TickField
from portal.web.forms.fields.tax_ids import TaxIdForm, TaxIdKindField, TaxIdNumberField

__all__ = [
    "AmountField",
    "AttributeField",
    "AttributePick",
    "AttributeTicks",
    "CountryField",
    "CurrencyField",
    "CustomDataField",
    "DayField",
    "EmailField",
    "LineField",
    "LocaleField",
    "NameField",
    "OneTimeKey",
    "ParsedField",
    "PhoneField",
    "PickField",
    "PostalCodeField",
    "ProseField",
    "SwitchField",
    "TaxIdForm",
    "TaxIdKindField",
    "TaxIdNumberField",
    "TickField",
    "TimeZoneField",
    "attribute_field",
]
