import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.values import money
from portal.values.errors import BadValue
from portal.values.locales import LOCALES
from tests.values.outcome import outcome

amounts = st.integers(-money.MAX_MINOR, money.MAX_MINOR)
currencies = st.sampled_from(sorted(money.EXPONENTS))


def test_exponents_are_those_of_iso_4217():
    assert [money.exponent(code) for code in ("JPY", "EUR", "IQD", "MGA", "KWD", "CLF", "ISK", "HUF")] == [0, 2, 3, 2, 3, 4, 0, 2]
    assert len(money.EXPONENTS) == 165
    assert "BGN" not in money.EXPONENTS
    assert "XAU" not in money.EXPONENTS


@given(amounts, currencies, st.sampled_from([*LOCALES, "de_CH", "pt_PT", "ru"]))
def test_what_is_written_for_reading_is_read_back(minor, currency, locale):
    assert money.parse_amount(money.format_amount(minor, currency, locale), currency, locale) == minor
    assert money.parse_amount(money.format_signed(minor, currency, locale), currency, locale) == minor


@given(amounts, currencies)
def test_what_is_written_for_machines_is_read_back(minor, currency):
    assert money.parse_machine_amount(money.machine_amount(minor, currency), currency) == minor


@given(st.text(), st.sampled_from(["EUR", "JPY", "KWD"]), st.sampled_from(["en", "de", "fr", "en_IN"]))
def test_any_text_is_read_or_refused_with_a_sentence(text, currency, locale):
    for read in (lambda: money.parse_amount(text, currency, locale), lambda: money.parse_machine_amount(text, currency)):
        minor, refusal = outcome(read)
        assert str(refusal).endswith(".") if refusal else isinstance(minor, int)


@pytest.mark.parametrize(
    ("text", "currency", "locale", "minor"),
    [
        ("1234.5", "EUR", "en", 123450),
        ("1,234.50", "EUR", "en", 123450),
        ("1.234,50", "EUR", "de", 123450),
        ("1.234", "EUR", "de", 123400),
        ("1\u202f234,50", "EUR", "fr", 123450),
        ("1 234,50", "EUR", "pl", 123450),
        ("1'234.50", "CHF", "de_CH", 123450),
        ("12,34,567.89", "INR", "en_IN", 123456789),
        ("1,234,567.89", "INR", "en_IN", 123456789),
        ("-5", "EUR", "en", -500),
        ("\u22125", "JPY", "en", -5),
        ("+5.125", "KWD", "en", 5125),
        (" 0.05 ", "EUR", "en", 5),
        ("10000000000000.00", "EUR", "en", 10**15),
    ],
)
def test_an_amount_is_read_in_the_notation_of_the_locale(text, currency, locale, minor):
    assert money.parse_amount(text, currency, locale) == minor


@pytest.mark.parametrize(
    ("text", "currency", "locale", "sentence"),
    [
        ("", "EUR", "en", "The amount is missing: write it as 1,234.50."),
        ("1.5", "JPY", "en", "JPY has no decimals."),
        ("1.555", "EUR", "en", "EUR has two decimals: 12.34."),
        ("1,5555", "KWD", "de", "KWD has three decimals: 12,345."),
        ("12.345.6", "EUR", "en", "There is more than one decimal point in “12.345.6”: write 1,234.50 or 1234.50."),
        ("1,23,456", "EUR", "en", "The digits of “1,23,456” are not parted in threes: write 1,234.50 or 1234.50."),
        ("1234,5", "EUR", "en", "The digits of “1234,5” are not parted in threes: write 1,234.50 or 1234.50."),
        ("1234.5", "EUR", "de", "The digits of “1234.5” are not parted in threes: write 1.234,50 or 1234,50."),
        ("1 234", "EUR", "en", "“1 234” is not how an amount is written here: write 1,234.50 or 1234.50."),
        ("NaN", "EUR", "en", "“NaN” is not an amount. Write it in figures, as in 1,234.50."),
        ("1e400", "EUR", "en", "“1e400” is not an amount. Write it in figures, as in 1,234.50."),
        ("１２", "EUR", "en", "Write the amount with the digits 0 to 9, as in 1,234.50."),
        (".5", "EUR", "en", "A decimal point has digits before and after it: 0.5."),
        ("5 EUR", "EUR", "en", "Write the figures only: the currency is EUR already."),
        ("$5", "USD", "en", "Write the figures only: the currency is USD already."),
        ("--5", "EUR", "en", "One sign is enough."),
        ("-", "EUR", "en", "There is a sign and no amount after it."),
        ("9" * 5000, "EUR", "en", "The amount is beyond what a wallet holds: at most 10,000,000,000,000 EUR."),
        ("10000000000000.01", "EUR", "en", "The amount is beyond what a wallet holds: at most 10,000,000,000,000 EUR."),
    ],
)
def test_a_refused_amount_says_why(text, currency, locale, sentence):
    with pytest.raises(BadValue) as refusal:
        money.parse_amount(text, currency, locale)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "text", ["", "1,234.50", "1 234", "+5", ".5", "5.", "12.345.6", "1e3", "1_000", "١٢", "1.555", "\u22125", "Infinity"]
)
def test_a_file_has_digits_and_a_decimal_point_only(text):
    with pytest.raises(BadValue):
        money.parse_machine_amount(text, "EUR")


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "text"),
    [
        (123450, "EUR", "en", "1,234.50"),
        (-123456789, "EUR", "de", "−1.234.567,89"),
        (123456789, "INR", "hi", "12,34,567.89"),
        (123456789, "INR", "en_IN", "12,34,567.89"),
        (1234567, "JPY", "ja", "1,234,567"),
        (-5, "KWD", "ar", "−0.005"),
        (123450, "EUR", "fr", "1\u202f234,50"),
        (0, "EUR", "en", "0.00"),
    ],
)
def test_an_amount_is_written_in_the_notation_of_the_locale(minor, currency, locale, text):
    assert money.format_amount(minor, currency, locale) == text


def test_the_sign_is_shown_when_asked_for():
    assert [money.format_signed(n, "EUR") for n in (500, -500, 0)] == ["+5.00", "−5.00", "0.00"]


def test_a_currency_is_read_in_any_case():
    assert money.parse_currency(" eur ") == "EUR"
    assert money.currency_name("JPY", "de") == "Japanischer Yen"


@pytest.mark.parametrize(("text", "suggestion"), [("DEM", "EUR"), ("BGN", "EUR"), ("€", "EUR"), ("XXX", None), ("", None), ("EURO", None)])
def test_a_currency_not_in_use_is_refused(text, suggestion):
    with pytest.raises(BadValue) as refusal:
        money.parse_currency(text)
    assert refusal.value.suggestion == suggestion
