import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.values.custom_data import MAX_BYTES, BadJson, flatten, format_custom_data, parse_custom_data, parse_json, reading
from tests.values.outcome import outcome

keys = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=20)
scalars = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.floats(allow_nan=False, allow_infinity=False) | keys


@given(st.dictionaries(keys, scalars | st.lists(scalars, max_size=3) | st.dictionaries(keys, scalars, max_size=3), max_size=4))
def test_what_is_written_is_read_back(data):
    assert parse_custom_data(format_custom_data(data)) == data
    assert parse_custom_data(json.dumps(data)) == data


@given(st.text() | st.text('{}[]":,\\ntrue1.e-\n '), st.integers(0, 30))
def test_any_text_is_an_object_or_has_a_fault_with_a_place(text, cut):
    for candidate in (text, "{" + text, '{"a": ' + text + "}", '{"a": [1, {"b": "c"}]}'[:cut] + text):
        data, fault = outcome(parse_custom_data, candidate)
        if fault is None:
            assert isinstance(data, dict)
        else:
            assert str(fault).endswith(".")
            assert min(fault.line, fault.column) >= 1


@given(st.text('{}[]":,\\ntrue1.e-\n ', max_size=12))
def test_nothing_is_taken_that_is_not_json(text):
    data, fault = outcome(parse_custom_data, '{"a": ' + text + "}")
    assert fault or json.loads('{"a": ' + text + "}") == data


PIECES = (
    '{"a": ', "{", "}", "[", "]", ",", ":", '"a"', '"b"', '""', '"\\u0061"', '"\\n"', '"\t"', '"ü"', f'"{"k" * 64}"', f'"{"k" * 65}"',
    "1", "-0", "01", "1.5e3", "1e999", "9" * 19, "9" * 20, "-" + "9" * 18, "-" + "9" * 19, "true", "null", "NaN", "-Infinity",
    " ", "\u00a0", "\ufeff", "\ud800",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=20), st.booleans())
def test_what_is_read_at_once_is_what_a_careful_reading_finds(text, in_object):
    for parse, limits in ((parse_custom_data, reading._OBJECT), (parse_json, reading._VALUE)):
        whole = '{"a": ' + text + "}" if in_object else text
        if not whole.strip():
            continue
        _, fault = outcome(reading._check, whole, limits)
        data, other = outcome(parse, whole)
        assert str(fault) == str(other)
        assert fault or repr(data) == repr(json.loads(whole))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{\n  "a": {\n    "b": "c"\n  },\n\n  "segment": "ent"\n  "users": []\n}', 'Line 6, column 19: a comma is missing after "ent".'),
        ("{broken", 'Line 1, column 2: a key stands in double quotes: "broken".'),
        ("{'a': 1}", 'Line 1, column 2: JSON has double quotes, not single ones: "a".'),
        ('{"a": 1,}', "Line 1, column 8: there is a comma after the last value; leave it out."),
        ('{"a": [1,]}', "Line 1, column 9: there is a comma after the last value; leave it out."),
        ('{"a": True}', "Line 1, column 7: True is not a value; true is."),
        ('{"a": ture}', "Line 1, column 7: ture is not a value; true is."),
        ('{"a": None}', "Line 1, column 7: None is not a value; null is."),
        ('{"a": NaN}', "Line 1, column 7: NaN is not a number in JSON; null stands for no value."),
        ('{"a": 1, "a": 2}', 'Line 1, column 10: the key "a" stands twice in one object.'),
        ('{"a": 1, "\\u0061": 2}', 'Line 1, column 10: the key "a" stands twice in one object.'),
        ("[1]", "Line 1, column 1: custom data is an object: it begins with { and ends with }."),
        ('{"a": [1', "Line 1, column 9: the list that begins in line 1 is not closed: ] is missing."),
        ('{"a": 1', "Line 1, column 8: the object that begins in line 1 is not closed: } is missing."),
        ('{"a": "x}', "Line 1, column 7: a double quote is missing: the text that begins here does not end."),
        ('{"a" 1}', 'Line 1, column 5: a colon is missing after "a".'),
        ('{"a": }', 'Line 1, column 7: the value of "a" is missing.'),
        ('{"a": 007}', 'Line 1, column 7: a number does not begin with 0; as a text it is "007".'),
        ('{"a": 1e999}', "Line 1, column 7: the number 1e999 is too large."),
        ('{"a": 1}}', "Line 1, column 9: there is one } too many."),
        ('{"a": "\\u0000"}', "Line 1, column 7: the text has \\u0000 as its character 1, which cannot be kept."),
        ('{"a": "\\ud800"}', "Line 1, column 7: the text has \\ud800 as its character 1, which cannot be kept."),
        ('{"a":' * 9 + "1" + "}" * 9, "Line 1, column 41: objects and lists may lie 8 deep in one another, not deeper."),
        (json.dumps({"k" * 65: 1}), "Line 1, column 2: a key has at most 64 characters."),
    ],
)
def test_a_fault_is_told_with_its_place(text, sentence):
    with pytest.raises(BadJson) as fault:
        parse_custom_data(text)
    assert str(fault.value) == sentence


def test_the_place_is_known_to_the_form():
    with pytest.raises(BadJson) as fault:
        parse_custom_data('{\n"ä": x}')
    assert (fault.value.line, fault.value.column) == (2, 6)


def test_limits_are_those_that_the_sentences_name():
    parse_custom_data('{"a":' * 8 + "1" + "}" * 8)
    parse_custom_data(json.dumps({"k" * 64: 1}))
    parse_custom_data(json.dumps({"k": "x" * (MAX_BYTES - 9)}))
    with pytest.raises(BadJson, match="at most 16 kB"):
        parse_custom_data(json.dumps({"k": "ü" * 9000}, ensure_ascii=False))


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 3000, '{"a":' + "9" * 16000 + "}"])
def test_a_hostile_text_is_refused_at_once(text):
    with pytest.raises(BadJson):
        parse_custom_data(text)


def test_each_reading_has_its_own_dict():
    first = parse_custom_data('{"a": [1]}')
    first["a"].append(2)
    assert parse_custom_data('{"a": [1]}') == {"a": [1]}


def test_nothing_is_an_empty_object():
    assert parse_custom_data("") == parse_custom_data(" \n") == parse_custom_data("{}") == {}
    assert format_custom_data({}) == ""


def test_letters_are_written_as_they_are():
    assert format_custom_data({"ort": "Köln"}) == '{\n  "ort": "Köln"\n}'


def test_each_value_has_a_dotted_path():
    data = {"a": {"b": 1, "c": [True, {"d": None}]}, "e": "x", "f": {}, "g": []}
    assert list(flatten(data)) == [("a.b", 1), ("a.c", True), ("a.c.d", None), ("e", "x")]


def test_one_value_of_any_kind_can_be_read_too():
    assert parse_json(" [1, {}]\n") == [1, {}]
    assert parse_json(" ") is None
    with pytest.raises(BadJson, match="A JSON value holds at most 16 kB"):
        parse_json('"' + "x" * 17_000 + '"')
