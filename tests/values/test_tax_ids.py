import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.values.errors import BadValue
from portal.values.tax_ids import KINDS, format_tax_id, kinds_for, parse_kind, parse_tax_id
from tests.values.outcome import outcome

NUMBERS = """
ATU13585627 BE0428759497 BG175074752 CY10259033P CZ25123891 DE136695976 DK13585628 EE100931558 EL094259216 ESB58378431 FI20774740
FR40303265045 HR33392005961 HU12892312 IE6433435F IT00743110157 LT119511515 LU15027442 LV40003521600 MT11679112 NL004495445B01
PL8567346215 PT501964843 RO18547290 SE123456789701 SI50223054 SK2022749619 XI980780684
"""


@pytest.mark.parametrize("number", NUMBERS.split())
def test_every_member_state_is_known(number):
    assert parse_tax_id("eu_vat", number) == number
    assert parse_tax_id("eu_vat", f" {number[:2].lower()} {number[2:5]}.{number[5:]} ") == number


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_the_example_of_each_kind_passes_and_reads_back(kind):
    stored = parse_tax_id(kind.code, kind.example)
    assert parse_tax_id(kind.code, stored) == stored
    assert parse_tax_id(kind.code, format_tax_id(kind.code, stored)) == stored


@pytest.mark.parametrize(
    ("kind", "text", "suggestion"),
    [
        ("eu_vat", "DE159062450", "DE159062459"),
        ("eu_vat", "PL8567346216", "PL8567346215"),
        ("eu_vat", "FR41303265045", "FR40303265045"),
        ("eu_vat", "SE123456789801", "SE123456789701"),
        ("eu_vat", "NL004495446B01", "NL004495445B01"),
        ("fr_tva", "41 303 265 045", "FR40303265045"),
        ("in_gstin", "27AAPFU0939F1ZA", "27AAPFU0939F1ZV"),
        ("au_abn", "84 914 571 673", "83914571673"),
        ("gb_vat", "980 7806 85", "GB980780684"),
        ("ch_vat", "CHE-107.787.578 MWST", "CHE107787577MWST"),
        ("no_mva", "995525829", "NO995525828MVA"),
        ("jp_cn", "T6835678256246", "5835678256246"),
        ("br_cnpj", "16.727.230/0001-98", "16727230000197"),
        ("br_cpf", "390.533.447-06", "39053344705"),
        ("sg_uen", "197401143D", "197401143C"),
        ("nz_ird", "49-091-851", "49091850"),
        ("ca_bn", "12302 6636", "123026635"),
    ],
)
def test_a_wrong_check_digit_is_told_with_what_would_fit(kind, text, suggestion):
    with pytest.raises(BadValue) as refusal:
        parse_tax_id(kind, text)
    assert refusal.value.suggestion == suggestion
    assert f"The check digit does not fit: {suggestion} would." in str(refusal.value)
    assert parse_tax_id(kind, suggestion) == suggestion


def test_the_sentence_asks_for_the_digit_that_differs():
    with pytest.raises(BadValue) as refusal:
        parse_tax_id("eu_vat", "DE159062450")
    assert str(refusal.value) == "The check digit does not fit: DE159062459 would. Is the last digit mistyped?"


@pytest.mark.parametrize(
    ("kind", "text", "part"),
    [
        ("in_gstin", "IN0000000000", "too short for a GSTIN: 15 characters"),
        ("in_gstin", "00AAPFU0939F1ZV", "00 is none of them"),
        ("us_ein", "07-1144442", "No EIN begins with 07"),
        ("us_ein", "123-45-6789", "social security number"),
        ("eu_vat", "159062459", "begins with the two letters"),
        ("eu_vat", "GB980780684", "choose that kind"),
        ("eu_vat", "", "missing"),
        ("eu_vat", "DE１５９", "has characters"),
        ("ca_gst", "123026635", "too short"),
        ("sg_uen", "299901143C", "still to come"),
        ("other", "", "missing"),
    ],
)
def test_a_refused_number_says_why(kind, text, part):
    with pytest.raises(BadValue, match=part):
        parse_tax_id(kind, text)


def test_greece_is_kept_as_el():
    assert parse_tax_id("eu_vat", "GR 094259216") == "EL094259216"


def test_singapore_has_gst_numbers_that_begin_with_m():
    assert parse_tax_id("sg_gst", "M2-1234567-8") == parse_tax_id("sg_uen", "m212345678") == "M212345678"


@given(st.sampled_from(sorted(KINDS)), st.text() | st.from_regex(r"[A-Z]{0,3}[0-9A-Z]{0,16}", fullmatch=True))
def test_any_text_is_kept_or_refused_with_a_sentence(kind, text):
    value, refusal = outcome(parse_tax_id, kind, text)
    assert str(refusal)[-1] in ".?" if refusal else parse_tax_id(kind, value) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("USA_VAT", "us_ein"), ("IND_GST", "in_gstin"), ("EU_VAT", "eu_vat"), ("FRA_VAT", "fr_tva"), ("AUS_GST", "au_abn"),
        ("SGP_VAT", "sg_gst"), ("gstin", "in_gstin"), ("VAT", "eu_vat"), ("abn", "au_abn"), ("in_gst", "in_gstin"),
        ("no_vat", "no_mva"), ("Canada GST/HST", "ca_gst"), ("UK VAT", "gb_vat"), ("jp_cn", "jp_cn"), (" eu vat ", "eu_vat"),
    ],
)  # fmt: skip
def test_a_kind_is_read_from_the_names_of_other_systems(text, kind):
    assert parse_kind(text) == kind


@pytest.mark.parametrize("text", ["", "gst", "nonsense", "tax id"])
def test_an_unknown_kind_is_refused(text):
    with pytest.raises(BadValue):
        parse_kind(text)


def test_the_fitting_kinds_of_a_country_come_first():
    assert kinds_for("FR")[:3] == ["fr_tva", "eu_vat", "other"]
    assert kinds_for("DE")[:2] == ["eu_vat", "other"]
    assert kinds_for("SG")[:3] == ["sg_uen", "sg_gst", "other"]
    assert sorted(kinds_for(None)) == sorted(kinds_for("BR")) == sorted(KINDS)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("us_ein", "042103594", "04-2103594"), ("au_abn", "83914571673", "83 914 571 673"),
        ("br_cpf", "39053344705", "390.533.447-05"),
        ("ch_vat", "CHE107787577", "CHE-107.787.577"), ("eu_vat", "DE136695976", "DE136695976"),
        ("gb_vat", "GB980780684", "GB 980 7806 84"),
    ],
)  # fmt: skip
def test_a_number_is_shown_in_its_groups(kind, value, text):
    assert format_tax_id(kind, value) == text
