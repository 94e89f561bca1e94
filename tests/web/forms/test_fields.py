"""Fields read what is typed with the parsers of the values, and keep it as it was typed."""

from datetime import UTC, datetime

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField

from portal.web.forms.fields import (
    AmountField,
    CountryField,
    CurrencyField,
    CustomDataField,
    DayField,
    EmailField,
    LineField,
    LocaleField,
    NameField,
    OneTimeKey,
    PhoneField,
    PickField,
    PostalCodeField,
    ProseField,
    SwitchField,
    TaxIdForm,
    TimeZoneField,
)


class Sample(Form):
    name = NameField()
    line = LineField(maximum=5)
    prose = ProseField()
    email = EmailField()
    phone = PhoneField(country="country")
    country = CountryField()
    postal_code = PostalCodeField()
    currency = CurrencyField(blank="none")
    amount = AmountField(currency_from="currency", locale="de")
    custom = CustomDataField()
    until = DayField(zone="Europe/Berlin")
    locale = LocaleField()
    zone = TimeZoneField()
    tax_ids = FieldList(FormField(TaxIdForm))


def sent(**typed) -> Sample:
    form = Sample(MultiDict({"name": "Acme"} | {name.replace("__", "-"): text for name, text in typed.items()}))
    form.validate()
    return form


@pytest.mark.parametrize(
    ("name", "typed", "read"),
    [
        ("name", "  Acme \t Ltd ", "Acme Ltd"),
        ("line", "", ""),
        ("prose", " one\r\ntwo ", "one\ntwo"),
        ("email", "Marta@EXAMPLE.com", "Marta@example.com"),
        ("email", "", None),
        ("phone", "+49 30 123456", "+4930123456"),
        ("country", "DE", "DE"),
        ("country", "Germany", "DE"),
        ("country", "", None),
        ("currency", "JPY", "JPY"),
        ("custom", '{"a": 1}', {"a": 1}),
        ("custom", "", {}),
        ("until", "2026-12-31", datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)),
        ("locale", "pt_BR", "pt_BR"),
        ("zone", "Asia/Kolkata", "Asia/Kolkata"),
    ],
)
def test_a_field_reads_what_is_typed(name, typed, read):
    form = sent(**{name: typed})
    assert not form.errors
    assert form[name].data == read


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("name", "  ", "The name is missing"),
        ("line", "123456", "6 characters are too many: there is room for 5."),
        ("email", "marta", "has no @"),
        ("phone", "12", "Begin the number with +"),
        ("country", "Atlantis", "is not a country we know"),
        ("currency", "DEM", "EUR took its place"),
        ("custom", '{\n"a": 1\n"b": 2}', "Line 2, column 7: a comma is missing"),
        ("until", "31.12.2026", "is not a day"),
        ("locale", "tlh", "is not a language offered here"),
        ("zone", "Mars/Olympus", "is not a time zone"),
    ],
)
def test_a_field_says_what_is_wrong_and_keeps_what_was_typed(name, typed, said):
    form = sent(**{name: typed})
    assert said in form[name].errors[0]
    assert form[name]._value() == typed


def test_a_phone_number_is_dialled_within_the_country_beside_it_whatever_the_order():
    assert sent(phone="030 123456", country="DE").phone.data == "+4930123456"


def test_a_postal_code_is_read_by_the_country_beside_it():
    form = sent(postal_code="1011", country="DE")
    assert "one digit short for Germany" in form.postal_code.errors[0]
    assert form.postal_code.suggestion == "01011"
    assert sent(postal_code="1011", country="NO").postal_code.data == "1011"


def test_an_amount_has_the_decimals_of_the_currency_beside_it_and_the_marks_of_the_locale():
    assert sent(amount="1.234,50", currency="EUR").amount.data == 123450
    assert sent(amount="12,5", currency="JPY").amount.errors == ["JPY has no decimals."]


def test_values_are_written_as_a_person_would_type_them():
    form = Sample(data={"phone": "+4930123456", "until": datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), "custom": {"a": [1]}})
    assert form.phone._value() == "+49 30 123456"
    assert form.until._value() == "2026-12-31"
    assert form.custom._value() == '{\n  "a": [\n    1\n  ]\n}'


def test_json_names_the_line_and_column_of_its_first_fault():
    field = sent(custom='{\n "a": 1\n "b": 2}').custom
    assert (field.fault_line, field.fault_column) == (2, 8)


def test_a_tax_id_is_tested_by_the_kind_beside_it_and_suggests_what_would_fit():
    form = sent(**{"tax_ids-0-kind": "eu_vat", "tax_ids-0-number": "DE136695975"})
    number = form.tax_ids[0].form.number
    assert "check digit does not fit" in number.errors[0]
    assert number.suggestion == "DE136695976"


def test_a_number_needs_its_kind_and_a_row_without_a_number_is_no_tax_id():
    form = sent(**{"tax_ids-0-kind": "", "tax_ids-0-number": "DE136695976", "tax_ids-1-kind": "us_ein", "tax_ids-1-number": ""})
    assert form.tax_ids[0].form.kind.errors == ["Choose the kind of this number."]
    assert form.tax_ids[1].form.value() is None


def test_a_field_that_was_not_sent_keeps_what_it_had():
    form = Sample(MultiDict({"name": "Acme"}), data={"line": "kept"})
    assert form.validate()
    assert form.line.data == "kept"


def test_a_one_time_key_is_new_with_each_form_and_stays_the_same_when_sent_again():
    class Keyed(Form):
        key = OneTimeKey()

    first, second = Keyed(), Keyed()
    assert first.key._value() != second.key._value()
    again = Keyed(MultiDict({"key": first.key._value()}))
    assert again.validate()
    assert again.key.data == first.key.data
    assert not Keyed(MultiDict({"key": "made up"})).validate()


def test_a_locked_switch_says_why_and_stays_as_it_is():
    class Locked(Form):
        charge = SwitchField("Charge", locked="Needs a payment gateway.")

    form = Locked(MultiDict({"charge": "y"}))
    assert form.charge.data is False
    assert form.charge.description == "Needs a payment gateway."


def test_a_choice_that_is_not_offered_is_refused_and_one_that_is_kept_stays_in_the_list():
    class Choosing(Form):
        one = PickField("One", choices=[("a", "Apple"), ("b", "Pear")])

    assert "is not one of the choices" in _errors(Choosing(MultiDict({"one": "c"})))[0]
    assert _errors(Choosing(MultiDict({"one": ""}))) == ["Choose one."]
    assert '<option value="old" selected>old</option>' in Choosing(data={"one": "old"}).one()
    assert Choosing(data={"one": "b"}).one.words == "Pear"


def test_choices_are_written_safely():
    class Choosing(Form):
        one = PickField("One", choices=[('"><script>', "<b>")])

    assert "<script>" not in Choosing().one()
    assert "<b>" not in Choosing().one()


def _errors(form: Form) -> list[str]:
    form.validate()
    return form.one.errors
