import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from portal.values.errors import BadValue
from portal.values.phones import format_phone, parse_phone
from tests.values.outcome import outcome

KINDS = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.VOIP)


def by_the_library(text):
    """Read a number with the library alone; None when there is no such number."""
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(number) and not number.extension
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if valid else None


def by_us(text):
    return outcome(parse_phone, text, None)[0]


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_the_numbers_of_every_region_are_read_as_the_library_reads_them(region):
    for kind in KINDS:
        number = phonenumbers.example_number_for_type(region, kind)
        if number is None:
            continue
        for layout in (PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164):
            text = phonenumbers.format_number(number, layout)
            for variant in (text, text[:-1], text + "0", text[:-1] + "7", text.replace(" ", "", 1)):
                assert by_us(variant) == by_the_library(variant), variant
        assert parse_phone(phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL), region) == phonenumbers.format_number(
            number, PhoneNumberFormat.E164
        )


@given(st.from_regex(r"\+[0-9 ()-]{0,18}", fullmatch=True))
def test_digits_after_a_plus_are_read_as_the_library_reads_them(text):
    assert by_us(text) == by_the_library(text)


@given(st.text(), st.sampled_from([None, "US", "DE", "JP"]))
def test_any_text_is_read_or_refused_with_a_sentence(text, country):
    e164, refusal = outcome(parse_phone, text, country)
    assert len(str(refusal)) > 10 if refusal else e164.startswith("+")


@pytest.mark.parametrize(
    ("text", "country", "e164"),
    [
        ("030 123456", "DE", "+4930123456"),
        ("+44 (0)7405 475461", None, "+447405475461"),
        ("(201) 420-0831", "US", "+12014200831"),
        ("+1 201 420 0831", "DE", "+12014200831"),
        ("00 49 30 123456", "FR", "+4930123456"),
        ("＋４９３０１２３４５６", None, "+4930123456"),
    ],
)
def test_a_number_is_kept_as_e164(text, country, e164):
    assert parse_phone(text, country) == e164


@pytest.mark.parametrize(
    ("text", "country", "sentence"),
    [
        ("12", "US", "“12” is too short for a phone number in the United States: one looks like +1 201-555-0123."),
        ("12", "DE", "“12” is too short for a phone number in Germany: one looks like +49 30 123456."),
        ("12", None, "Begin the number with + and the calling code of its country, as in +49 30 123456."),
        ("", None, "The phone number is missing."),
        ("+999 12345678", None, "No country has the calling code that “+999 12345678” begins with."),
        ("+1 000 000 0000", None, "There is no number “+1 000 000 0000” in the United States: one looks like +1 201-555-0123."),
        ("+1 201 420 0831 ext 5", None, "Leave out the extension, 5: a phone number is kept without it."),
        (
            "+49 30 1234567890123456",
            None,
            "“+49 30 1234567890123456” is too long for a phone number.",
        ),
    ],
)
def test_a_refused_number_says_why(text, country, sentence):
    with pytest.raises(BadValue) as refusal:
        parse_phone(text, country)
    assert str(refusal.value) == sentence


def test_a_number_is_shown_in_groups():
    assert format_phone("+4930123456") == "+49 30 123456"
    assert format_phone("nonsense") == "nonsense"
