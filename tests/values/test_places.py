import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.values.addresses import check_postal_code, format_lines, warnings
from portal.values.addresses.knowledge import country as known_country
from portal.values.countries import ALPHA_3, all_countries, country_name, parse_country
from portal.values.errors import BadValue
from tests.values.outcome import outcome


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("DE", "DE"), ("deu", "DE"), ("Germany", "DE"), (" germany ", "DE"), ("UK", "GB"), ("England", "GB"), ("U.S.A.", "US"),
        ("United States of America", "US"), ("Holland", "NL"), ("South Korea", "KR"), ("Czech Republic", "CZ"), ("Czechia", "CZ"),
        ("cote d'ivoire", "CI"), ("Côte d’Ivoire", "CI"), ("Aland Islands", "AX"), ("Bosnia & Herzegovina", "BA"), ("AND", "AD"),
        ("St. Lucia", "LC"), ("Turkey", "TR"), ("Türkiye", "TR"), ("Viet Nam", "VN"), ("hong kong", "HK"),
    ],
)  # fmt: skip
def test_a_country_is_read_from_code_or_name(text, code):
    assert parse_country(text) == code


def test_every_code_and_name_leads_to_its_country():
    for code, long_code in ALPHA_3.items():
        assert parse_country(code) == parse_country(long_code) == parse_country(country_name(code)) == code
        assert country_name(code) != code


def test_an_unknown_country_is_refused_with_the_nearest():
    with pytest.raises(BadValue) as refusal:
        parse_country("Atlantis")
    assert str(refusal.value).startswith("“Atlantis” is not a country we know.")
    assert refusal.value.suggestion is None
    with pytest.raises(BadValue) as refusal:
        parse_country("Germny")
    assert refusal.value.suggestion == "Germany"


def test_countries_are_listed_by_name():
    names = [name for _, name in all_countries()]
    assert len(names) == 250
    assert names[:3] == ["Afghanistan", "Åland Islands", "Albania"]
    assert ("DE", "Allemagne") in all_countries("fr")


@given(st.text())
def test_any_text_is_a_country_or_refused(text):
    code, refusal = outcome(parse_country, text)
    assert refusal or code in ALPHA_3


@pytest.mark.parametrize(
    ("country", "text", "code"),
    [
        ("DE", "10185", "10185"), ("DE", "D-10185", "10185"), ("GB", "sw1a1aa", "SW1A 1AA"), ("CA", "k1a0b1", "K1A 0B1"),
        ("SE", "11122", "111 22"), ("PL", "30097", "30-097"), ("JP", "〒5300039", "530-0039"), ("US", "123456789", "12345-6789"),
        ("NL", "1234ab", "1234 AB"), ("BR", "70002900", "70002-900"), ("IE", "a65f4e2", "A65 F4E2"), ("AE", " x ", "X"), ("DE", "", ""),
    ],
)  # fmt: skip
def test_a_postal_code_is_spelt_as_at_home(country, text, code):
    assert check_postal_code(country, text) == code


@pytest.mark.parametrize("country", sorted(ALPHA_3))
def test_the_examples_of_a_country_pass_and_stay(country):
    for example in known_country(country).examples:
        kept = check_postal_code(country, example)
        assert check_postal_code(country, kept) == kept


def test_an_impossible_postal_code_is_refused_with_an_example():
    with pytest.raises(BadValue) as refusal:
        check_postal_code("GB", "12345")
    assert str(refusal.value) == "“12345” cannot be a postal code in the United Kingdom: one looks like EC1Y 8SY."
    with pytest.raises(BadValue) as refusal:
        check_postal_code("US", "2134")
    assert refusal.value.suggestion == "02134"


@given(st.sampled_from(sorted(ALPHA_3)), st.text())
def test_any_postal_code_is_spelt_or_refused(country, text):
    kept, refusal = outcome(check_postal_code, country, text)
    assert refusal or check_postal_code(country, kept) == kept


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ({"country": "DE", "line1": "MG Road 1", "line2": "c/o A\nHaus B", "city": "Berlin", "state": "BE", "postal_code": "10185"},
         ["MG Road 1", "c/o A", "Haus B", "10185 Berlin", "Germany"]),
        ({"country": "US", "line1": "1 Main St", "city": "Austin", "state": "TX", "postal_code": "78763"},
         ["1 Main St", "Austin, TX 78763", "United States"]),
        ({"country": "JP", "line1": "中央通り 1", "city": "大阪市", "state": "27", "postal_code": "530-0039"},
         ["〒530-0039", "大阪府大阪市", "中央通り 1", "Japan"]),
        ({"country": "SG", "line1": "1 Orchard Rd", "city": "Singapore", "postal_code": "546080"},
         ["1 Orchard Rd", "Singapore 546080", "Singapore"]),
        ({"country": "GB", "line1": "1 High St", "city": "London", "postal_code": "SW1A 1AA"},
         ["1 High St", "London", "SW1A 1AA", "United Kingdom"]),
        ({"line1": "1 High St", "city": None, "country": None}, ["1 High St"]),
        ({}, []),
    ],
)  # fmt: skip
def test_an_address_is_laid_out_as_its_country_writes_it(address, lines):
    assert format_lines(address) == lines


def test_no_part_of_an_address_is_lost_on_the_envelope():
    for code in ALPHA_3:
        text = "\n".join(format_lines({"country": code, "line1": "Street 9", "city": "Cityname", "postal_code": "PC-1"}, "de"))
        assert "Street 9" in text
        assert "Cityname" in text
        assert "PC-1" in text
        assert text.endswith(country_name(code, "de"))


def test_finer_doubts_are_warnings():
    assert warnings({"country": "US", "state": "TX", "postal_code": "78763", "city": "Austin"}) == []
    assert warnings({"country": "IN", "state": "MH", "postal_code": "400026", "city": "Mumbai"}) == []
    assert warnings({"country": "ES", "state": "GA", "postal_code": "15013", "city": "A Coruña"}) == []
    assert warnings({"country": "US", "state": "ZZ", "city": "Austin"}) == ["“ZZ” is not a state or region we know in the United States."]
    assert warnings({"country": "US", "state": "tx", "postal_code": "10001", "city": "Austin"}) == [
        "10001 is not a postal code of Texas: one looks like 75000."
    ]
    assert warnings({}) == []
