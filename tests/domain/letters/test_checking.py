"""Words are refused that could not be a letter: with the field, the line, and what there is instead."""

from dataclasses import replace

import pytest

from portal.domain.letters import LETTERS, Words, ours
from portal.domain.letters.checking import check

ALL = pytest.mark.parametrize("letter", LETTERS.values(), ids=lambda letter: letter.name)
GOOD = Words("You have {amount} more", "Now {after}", "Hello,\n\n{amount} came.\n\n[Open](open_wallet)")


def faults(words: Words, letter: str = "wallet_credited") -> list[tuple[str, int, str]]:
    return [(fault.field, fault.line, fault.sentence) for fault in check(LETTERS[letter], words)]


@ALL
def test_our_own_words_fit_every_letter(letter):
    assert not check(letter, ours(letter.name))


def test_good_words_have_no_fault():
    assert not faults(GOOD)


def test_a_variable_that_does_not_exist_is_named_with_those_that_do():
    ((field, line, sentence),) = faults(replace(GOOD, body=GOOD.body + "\n\n{ammount}"))
    assert (field, line) == ("body", 7)
    assert sentence.startswith("There is no {ammount} here. There are: {customer_name}, ")
    assert "{amount}" in sentence


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("subject", " ", "The subject is missing."),
        ("subject", "a\r\nBcc: all@example.com", "A subject stands on one line."),
        ("subject", "a\x0bBcc: all@example.com", "A subject stands on one line."),
        ("subject", "a\u2028b", "A subject stands on one line."),
        ("subject", "**a**", "A subject has one weight: leave ** out."),
        ("subject", "a" * 201, "This is 201 characters long; 200 fit."),
        ("subject", "{nobody}", "There is no {nobody} here."),
        ("subject", "{a", "A { is not closed."),
        ("preheader", "", "The preheader is missing."),
        ("preheader", "see https://evil.example", "“https://evil.example” cannot stand here"),
        ("body", " \n ", "The words are missing."),
        ("body", "a" * 20_001, "This is 20,001 characters long; 20,000 fit."),
        ("body", "www.evil.example\n\n[Open](open_wallet)", "“www.evil.example” cannot stand here"),
        ("body", "Hello", "Without its link this letter is of no use."),
        ("body", "[Open](evil)\n\n[Open](open_wallet)", "There is no link “evil” here. There are: open_wallet, portal."),
        ("body", "[Open](https://evil.example)\n\n[Open](open_wallet)", "cannot stand here"),
        ("body", "{amount:loud}\n\n[Open](open_wallet)", "{amount} cannot be written as “loud”. There are: {amount}, {amount:figure}"),
        ("body", "|= a | b\n| c | d\n[Open](open_wallet)", "The sum (|=) is the last row of its table."),
    ],
)
def test_each_fault_is_said_at_its_field(field, text, sentence):
    said = faults(replace(GOOD, **{field: text}))
    assert [found for found in said if found[0] == field and sentence in found[2]], said


def test_a_letter_with_a_code_keeps_it_where_nothing_can_leave_it_out():
    words = ours("sign_in")
    ((_, _, sentence),) = faults(replace(words, body=words.body.replace("{code}", "the code")), "sign_in")
    assert sentence.startswith("Without its code this letter is of no use.")
    ((_, _, sentence),) = faults(replace(words, body=words.body.replace("{code}", "[[{name}: {code}]]")), "sign_in")
    assert sentence.startswith("Without its code this letter is of no use.")


def test_what_is_asked_is_not_written_and_the_other_way_round():
    words = ours("credit_expiring")
    ((_, _, sentence),) = faults(replace(words, body=words.body + "\n\n{frozen}"), "credit_expiring")
    assert sentence == "{frozen} is not written, it is asked: [[{?frozen}…]] or [[{!frozen}…]]."


def test_parts_of_rows_stand_in_the_body_only():
    ((field, _, sentence),) = faults(replace(ours("credit_expiring"), subject="{credits.what}"), "credit_expiring")
    assert (field, sentence) == ("subject", "A subject cannot hold a part of each row.")
