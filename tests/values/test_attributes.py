"""Values of custom attributes: read, written, read again; what is wrong is said in a sentence."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.values.attributes import (
    KINDS,
    check_attribute,
    format_attribute,
    key_of,
    parse_attribute,
    parse_choices,
    parse_key,
    write_attribute,
)
from portal.values.errors import BadValue
from tests.values.outcome import outcome

COLOURS = ["Red", "Green", "Blue"]


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", "  a \n b ", "a b"),
        ("whole", "1,200", 1200), ("whole", "+7", 7), ("whole", "\u22125", -5), ("whole", "007", 7), ("whole", "-0", 0),
        ("decimal", "1,234.50", "1234.50"), ("decimal", "-0.00", "0.00"), ("decimal", "0012", "12"), ("decimal", "0.1", "0.1"),
        ("decimal", "123456789012345.123456789012345", "123456789012345.123456789012345"),
        ("yes_no", "Yes", True), ("yes_no", "no", False), ("yes_no", "1", True),
        ("date", " 2026-12-31 ", "2026-12-31"), ("date", "1850-01-01", "1850-01-01"),
        ("choice", "green", "Green"),
        ("list", "blue\r\n\r\n red\nBlue", ["Blue", "Red"]),
        ("json", "[1, null]", [1, None]), ("json", "{}", {}), ("json", "null", None), ("json", '"x"', "x"),
    ],
)  # fmt: skip
def test_what_a_person_types_is_read(kind, typed, kept):
    read = parse_attribute(kind, typed, choices=COLOURS)
    assert read == kept
    assert type(read) is type(kept)


def test_a_list_without_choices_is_free():
    assert parse_attribute("list", "b\na\nb") == ["b", "a", "b"]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_nothing_in_every_kind(kind):
    assert parse_attribute(kind, " \n ") is None
    assert check_attribute(kind, None) is None
    assert check_attribute(kind, "") is None
    assert write_attribute(kind, None) == format_attribute(kind, None) == ""


@pytest.mark.parametrize(
    ("locale", "typed", "kept"), [("de", "1.234,5", "1234.5"), ("fr", "1 234,5", "1234.5"), ("en_IN", "12,34,567.5", "1234567.5")]
)
def test_numbers_are_typed_in_the_notation_of_the_reader(locale, typed, kept):
    assert parse_attribute("decimal", typed, locale=locale) == kept
    assert parse_attribute("decimal", write_attribute("decimal", kept, locale=locale), locale=locale) == kept


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("text", "x" * 1001, "1,001 characters are too many: there is room for 1,000."),
        ("whole", "twelve", "“twelve” is not a number. Write it in figures, as in 1,234 or 1234."),
        ("whole", "1.5", "“1.5” is not a whole number: leave out what stands behind the point."),
        ("whole", "1,5", "“1,5” is not how a number is written here: write 1,234 or 1234."),
        ("whole", "1" * 16, "This number is too large: there is room for 15 digits."),
        ("decimal", "1.2.3", "“1.2.3” is not how a number is written here: write 1,234.5 or 1234.5."),
        ("decimal", "1.", "“1.” is not how a number is written here: write 1,234.5 or 1234.5."),
        ("decimal", "١٢", "Write the number with the digits 0 to 9: 1,234.5 or 1234.5."),
        ("decimal", "0." + "1" * 16, "There is room for 15 decimals; these are 16."),
        ("decimal", "1e5", "“1e5” is not a number. Write it in figures, as in 1,234.5 or 1234.5."),
        ("yes_no", "maybe", "“maybe” is neither yes nor no."),
        ("date", "31.12.2026", "“31.12.2026” is not a day: write year, month, day, as in 2026-12-31."),
        ("date", "2026-02-30", "“2026-02-30” is not a day: write year, month, day, as in 2026-12-31."),
        ("date", "0026-02-03", "The year 26 cannot be meant."),
        ("choice", "pink", "“pink” is not one of the choices: Red, Green, Blue."),
        ("list", "red\npink", "“pink” is not one of the choices: Red, Green, Blue."),
        ("json", '{"a": 1,}', "Line 1, column 8: there is a comma after the last value; leave it out."),
        ("json", "[1", "Line 1, column 3: the list that begins in line 1 is not closed: ] is missing."),
        ("json", "1 2", "Line 1, column 3: there is something after the value."),
    ],
)
def test_what_is_wrong_is_said(kind, typed, sentence):
    with pytest.raises(BadValue) as bad:
        parse_attribute(kind, typed, choices=COLOURS)
    assert str(bad.value) == sentence


def test_lists_have_limits():
    with pytest.raises(BadValue, match="101 lines are too many"):
        parse_attribute("list", "x\n" * 101)
    with pytest.raises(BadValue, match="a line has at most 255 characters"):
        parse_attribute("list", "x" * 256)


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("text", 5, "“5” is not a text: write it in double quotes."),
        ("whole", True, "“true” is not a whole number, as 12 is."),
        ("whole", "12", "“\"12\"” is not a whole number, as 12 is."),
        ("whole", 10**15, "This number is too large: there is room for 15 digits."),
        ("decimal", 12.5, "“12.5” is not a decimal number that can be kept exactly: write it as a text, as in \"12.50\"."),
        ("decimal", "1,5", "“1,5” is not a decimal number: write digits with a point, as in 12.50."),
        ("yes_no", 1, "“1” is neither true nor false."),
        ("date", 20261231, "“20261231” is not a day: write it as a text, as in \"2026-12-31\"."),
        ("choice", ["Red"], "“[\"Red\"]” is not one of the choices."),
        ("list", "Red", "“\"Red\"” is not a list of texts."),
        ("list", [1], "“1” is not a text: a list holds texts only."),
        ("json", float("nan"), "This is not JSON."),
        ("json", {"k" * 65: 1}, "Line 1, column 2: a key has at most 64 characters."),
    ],
)  # fmt: skip
def test_what_comes_as_json_has_the_type_of_its_kind(kind, value, sentence):
    with pytest.raises(BadValue) as bad:
        check_attribute(kind, value, choices=COLOURS)
    assert str(bad.value) == sentence


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("text", " a ", "a"), ("whole", -3, -3), ("decimal", 12, "12"), ("decimal", "-012.50", "-12.50"), ("yes_no", False, False),
        ("date", "2026-12-31", "2026-12-31"), ("choice", "RED", "Red"), ("list", ["red", "red"], ["Red"]), ("json", {"a": [1]}, {"a": [1]}),
    ],
)  # fmt: skip
def test_a_value_that_fits_is_kept_as_people_would_have_typed_it(kind, value, kept):
    assert check_attribute(kind, value, choices=COLOURS) == kept


@given(
    st.sampled_from(list(KINDS)), st.text() | st.text("0123456789.,'-+ eE\n{}[]\":"), st.sampled_from(["en", "de", "fr", "de_CH", "en_IN"])
)
def test_any_text_is_a_value_or_has_a_sentence_and_what_is_read_is_written_and_read_again(kind, text, locale):
    value, fault = outcome(lambda: parse_attribute(kind, text, locale=locale))
    if fault is not None:
        assert str(fault).endswith(".")
        return
    json.dumps(value)
    assert check_attribute(kind, value, choices=()) == value or value in ("", [])
    assert parse_attribute(kind, write_attribute(kind, value, locale=locale), locale=locale) == value
    assert isinstance(format_attribute(kind, value, locale=locale), str)


@pytest.mark.parametrize(
    ("kind", "value", "locale", "written"),
    [
        ("yes_no", True, "en", "Yes"), ("yes_no", False, "de", "No"), ("date", "2026-12-31", "en", "31 Dec 2026"), 
        ("date", "soon", "en", "soon"),
        ("list", ["Red", "Blue"], "en", "Red, Blue"), ("whole", -2026, "de", "\u22122026"), ("decimal", "12.50", "de", "12,50"),
        ("json", {"ort": "Köln"}, "en", '{"ort": "Köln"}'), ("text", "a-b", "en", "a-b"), ("text", 7, "en", "7"),
    ],
)  # fmt: skip
def test_a_value_is_written_for_reading(kind, value, locale, written):
    assert format_attribute(kind, value, locale=locale) == written


@pytest.mark.parametrize(("label", "key"), [("NPS score", "nps_score"), ("Größe (cm)", "grosse_cm"), ("2nd name", "nd_name"), ("大阪", "")])
def test_a_key_is_made_of_the_name(label, key):
    assert key_of(label) == key


def test_a_key_is_of_letters_digits_and_underscores():
    assert parse_key(" nps_2 ") == "nps_2"
    with pytest.raises(BadValue, match="begins with a letter: nps_score would do") as bad:
        parse_key("NPS score")
    assert bad.value.suggestion == "nps_score"
    with pytest.raises(BadValue, match="at most 40"):
        parse_key("x" * 41)


def test_choices_are_lines():
    assert parse_choices(" Red\n\n Green \r\n") == ["Red", "Green"]
    with pytest.raises(BadValue, match="“red” stands there twice"):
        parse_choices("Red\nred")
    with pytest.raises(BadValue, match="101 choices are too many"):
        parse_choices("\n".join(map(str, range(101))))
    with pytest.raises(BadValue, match="at most 100 characters"):
        parse_choices("x" * 101)
