"""Refusals: a sentence, a field, and amounts in the notation of whoever reads."""

import pytest

from portal.domain.errors import Conflict, NotFound, Refusal
from portal.domain.ledger.refusals import InsufficientBalance, WalletFull
from portal.values.money import Money


def test_a_refusal_without_a_sentence_says_that_of_its_kind():
    assert str(NotFound()) == NotFound.sentence == NotFound().told("de")


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("en", "The balance is −1,234.50 EUR, at most 1,000 of 2."),
        ("de", "The balance is −1.234,50 EUR, at most 1.000 of 2."),
        ("fr", "The balance is −1\u202f234,50 EUR, at most 1\u202f000 of 2."),
        ("de_CH", "The balance is −1’234.50 EUR, at most 1’000 of 2."),
    ],
)
def test_amounts_are_written_as_the_reader_writes_them(locale, sentence):
    refusal = Conflict(
        "The balance is {balance}, at most {most:figures} of {number}.",
        field="amount",
        balance=Money(-123450, "EUR"),
        most=Money(1000, "JPY"),
        number=2,
    )
    assert refusal.told(locale) == sentence
    assert refusal.field == "amount"


def test_without_a_reader_they_are_written_in_english():
    assert str(Refusal("There are {there}.", there=Money(123450, "EUR"))) == "There are 1,234.50 EUR."


def test_braces_in_a_sentence_without_facts_are_braces():
    assert Refusal("“{name}” is taken {0}.").told("de") == "“{name}” is taken {0}."


def test_a_fact_that_is_a_text_may_hold_braces():
    assert Refusal("{name} has {there}.", name="{x}", there=Money(5, "JPY")).told() == "{x} has 5 JPY."


def test_the_ledger_says_how_much_there_is_and_how_much_may_go():
    refusal = InsufficientBalance(balance=123450, floor=-5000, currency="EUR")
    assert str(refusal) == "There are 1,234.50 EUR in this wallet, and its floor is −50.00: at most 1,284.50 can be deducted."
    assert refusal.told("de") == "There are 1.234,50 EUR in this wallet, and its floor is −50,00: at most 1.284,50 can be deducted."
    assert InsufficientBalance(balance=0, floor=0, currency="JPY").told("de") == "There are 0 JPY in this wallet: nothing can be deducted."
    assert WalletFull("EUR").told("de") == "A wallet holds at most 10.000.000.000.000,00 EUR."
