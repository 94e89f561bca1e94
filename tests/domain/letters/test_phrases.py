"""Phrases: kept in English with their values, said in a reader's language; nothing that stands in a value is read."""

import json

import pytest

from portal.domain.actors import customer, system
from portal.domain.letters.naming import from_where, reason_words
from portal.domain.letters.phrases import in_english, in_language, say, say_some, together, with_places
from portal.domain.letters.words import LANGUAGES, language_of, languages
from portal.values import ids


def test_a_phrase_is_said_in_each_language_with_its_values():
    phrase = say("Transfer to {customer}", customer="Müller {AG}")
    assert in_english(phrase) == "Transfer to Müller {AG}"
    assert in_language(phrase, "de") == "Übertrag an Müller {AG}"
    assert json.loads(json.dumps(phrase)) == phrase


def test_a_phrase_in_a_phrase_is_said_in_the_same_language():
    phrase = say("Reversal: {reason}", reason=reason_words("goodwill"))
    assert in_english(phrase) == "Reversal: Goodwill"
    assert in_language(phrase, "de") == "Storno: Kulanz"


@pytest.mark.parametrize(("count", "english", "german"), [(1, "1 is left", "1 ist noch übrig"), (2, "2 are left", "2 sind noch übrig")])
def test_a_number_decides_about_the_sentence(count, english, german):
    phrase = say_some("a recovery code was used, {count} is left", "a recovery code was used, {count} are left", count)
    assert in_english(phrase).endswith(english)
    assert in_language(phrase, "de").endswith(german)


def test_each_language_counts_by_its_own_rule():
    phrase = say_some("a recovery code was used, {count} is left", "a recovery code was used, {count} are left", 0)
    one = say_some("a recovery code was used, {count} is left", "a recovery code was used, {count} are left", 1)
    assert in_language(phrase, "fr").replace("0", "1") == in_language(one, "fr"), "nought is one of a kind in French"
    assert in_language(phrase, "de").replace("0", "1") != in_language(one, "de")


def test_a_value_is_put_in_once_and_never_read():
    phrase = say("{what}: {text}", what="{text}", text="{what} {count} %s")
    assert in_language(phrase, "de") == "{text}: {what} {count} %s"


def test_what_has_no_translation_is_said_as_it_is():
    assert in_language(say("events near you"), "de") == "events near you"
    assert in_language(say("50 % {off}"), "fr") == "50 % {off}"


def test_phrases_are_said_at_any_depth_and_everything_else_stays():
    facts = {"changes": [{"what": say("Invoices"), "before": say("on"), "count": 3}], "name": "on", "none": None, "flag": True}
    assert in_language(facts, "de") == {
        "changes": [{"what": "Rechnungen", "before": "eingeschaltet", "count": 3}],
        "name": "on",
        "none": None,
        "flag": True,
    }


def test_several_stand_in_a_row_without_those_that_have_nothing_to_say():
    assert in_language(together(say("Invoices"), "", say("Statements")), "de") == "Rechnungen, Auszüge"
    assert in_english(together()) == ""


def test_places_are_filled_anew_where_there_are_any():
    phrase = with_places(say("Transfer to {customer}", customer="A"), customer="B", person="C")
    assert phrase == say("Transfer to {customer}", customer="B")
    assert with_places("kept", customer="B") == "kept"
    assert with_places(say("on"), customer="B") == say("on")


def test_where_somebody_is_is_said_in_the_readers_language():
    def told(language, **where):
        by = customer(user_id=ids.new_id(), name="Marta", role="owner", customer_id=ids.new_id(), contact_id=ids.new_id(), **where)
        return in_language(from_where(by), language)

    assert told("en", device="Firefox on Linux", ip="203.0.113.24") == "Firefox on Linux, 203.0.113.24"
    assert told("de", device="Firefox on Linux", ip="203.0.113.24") == "Firefox auf Linux, 203.0.113.24"
    assert told("de", device="Firefox", ip="") == "Firefox"
    assert told("de", device="", ip="203.0.113.24") == "203.0.113.24"
    assert in_language(from_where(system("cli")), "de") == "einem unbekannten Ort"


def test_a_reason_that_is_not_known_is_credit():
    assert in_language(reason_words("nonsense"), "de") == "Guthaben"


@pytest.mark.parametrize(
    ("locale", "language"),
    [("de", "de"), ("de_AT", "de"), ("de-CH", "de"), ("pt_BR", "pt"), ("en_GB", "en"), ("ja", "en"), ("zh_Hans", "en"), ("", "en")],
)
def test_a_reader_gets_the_language_of_their_locale_where_there_is_one(locale, language):
    assert language_of(locale) == language
    assert language in LANGUAGES
    assert languages(locale)[-1] == "en"
