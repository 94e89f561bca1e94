"""Letters in every language: whole, with the same places and links as the English ones, and every sentence beside them too."""

import re
from collections import Counter
from functools import cache
from html import unescape

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from portal.domain.letters import LANGUAGES, LETTERS, TEST_CODE, Brand, ours, render
from portal.domain.letters.checking import check
from portal.domain.letters.examples import links
from portal.domain.letters.markup import named, parse, parse_line
from portal.domain.letters.rendering import SUBJECT_LENGTH
from portal.values.locales import LOCALES
from tests.house.letter_words import EMAILS, TEMPLATE, template

BRAND = Brand("Northwind", "Northwind Billing GmbH", "Torstraße 140, 10119 Berlin", "#1b5441", "https://portal.example/")
OTHERS = [language for language in LANGUAGES if language != "en"]
OURS_ALONE = {"parts.html", "parts.txt", "said.html", "words.pot"}
PREHEADER_LENGTH = 140
"""What mailboxes show behind a subject, at most."""
LINE = 72
_PLACE = re.compile(r"\{[a-z_]+\}")
_EMPTY_QUOTES = re.compile(r"„“|“”|«\s*»|‘’|‚‘")
languages = pytest.mark.parametrize("language", OTHERS)
letters = pytest.mark.parametrize("letter", LETTERS.values(), ids=lambda letter: letter.name)
every_language = pytest.mark.parametrize("language", LANGUAGES)


@cache
def words_po(language: str) -> Catalog:
    with (EMAILS / language / "words.po").open("rb") as file:
        return read_po(file, locale=language)


def sentences(catalogue: Catalog) -> dict:
    """Give the messages of a catalogue by their English: a text, or of a number both forms."""
    return {message.id: message for message in catalogue if message.id}


def wanted() -> dict:
    with TEMPLATE.open("rb") as file:
        return sentences(read_po(file))


def said(language: str, letter) -> Counter:
    """Count what the words of a letter name: variables by how they are written and asked, links, code, sum."""
    words = ours(letter.name, language)
    found: Counter = Counter()
    for block in parse(words.body):
        found[block.kind] += 1 if block.kind in ("button", "code", "table") else 0
        found[block.link] += 1 if block.link else 0
        found["rows"] += len(block.lines) if block.kind == "table" else 0
        found["sums"] += sum(line.total for line in block.lines)
        cells = [cell for line in block.lines for cell in line.cells]
        found.update(_place(node) for cell in cells for node in named(cell))
    for line in (words.subject, words.preheader):
        found.update(_place(node) for node in named(parse_line(line)))
    return found


def _place(node) -> str:
    return f"{{{node.name}{':' + node.style if getattr(node, 'style', '') else ''}}}"


def test_the_template_holds_what_the_code_says():
    assert TEMPLATE.read_text(encoding="utf-8") == template(), (
        "Sentences have come, gone or changed. Run `python -m tests.house.letter_words`, then translate what is new in each words.po."
    )


@languages
def test_a_language_is_whole(language):
    assert language in LOCALES
    there = {path.name for path in (EMAILS / language).iterdir()}
    needed = {f"{name}.txt" for name in LETTERS} | {"words.po"}
    for name in sorted(needed - there):
        pytest.fail(
            f"templates/emails/{language}/{name} is missing. Translate templates/emails/{name} into it, with the same variables and links;"
            f" or take “{language}” out of LANGUAGES in portal/domain/letters/words.py until somebody has."
        )
    assert not there - needed, f"Nobody reads these in templates/emails/{language}: {sorted(there - needed)}"


def test_every_letter_has_its_english_words_and_no_words_are_left_over():
    there = {path.name for path in EMAILS.iterdir() if path.is_file()}
    assert there - OURS_ALONE == {f"{name}.txt" for name in LETTERS}


@languages
def test_every_sentence_is_translated_and_nothing_is_left_over(language):
    there = sentences(words_po(language))
    needed = wanted()
    assert not needed.keys() - there.keys(), (
        f"templates/emails/{language}/words.po lacks these of words.pot: {needed.keys() - there.keys()}"
    )
    assert not there.keys() - needed.keys(), f"Nothing says these any more: {there.keys() - needed.keys()}"
    assert not words_po(language).obsolete
    for sentence, message in there.items():
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert not message.fuzzy, f"{sentence} is marked fuzzy in {language}: look at it, then take the mark away"
        assert all(forms), f"{sentence} is not translated into {language}"
        assert len(forms) == (words_po(language).num_plurals if isinstance(sentence, tuple) else 1)


@languages
def test_every_sentence_keeps_its_places(language):
    for sentence, message in sentences(words_po(language)).items():
        one, many = sentence if isinstance(sentence, tuple) else (sentence, sentence)
        for form in message.string if isinstance(message.string, tuple) else (message.string,):
            places = set(_PLACE.findall(form))
            allowed = set(_PLACE.findall(one)) | set(_PLACE.findall(many))
            assert places == allowed or (isinstance(sentence, tuple) and places == allowed - {"{count}"}), f"{sentence}: {form}"
            assert form == form.strip()
            assert "  " not in form
            assert "'" not in form, f"{form}: an apostrophe is written ’"


@every_language
@letters
def test_our_words_pass_the_check_of_everybodys(letter, language):
    words = ours(letter.name, language)
    assert words.locale == language
    assert not check(letter, words)


@languages
@letters
def test_a_translation_says_the_same(letter, language):
    theirs, english = said(language, letter), said("en", letter)
    assert theirs.keys() == english.keys(), f"only here: {theirs.keys() - english.keys()}; not here: {english.keys() - theirs.keys()}"
    for kind in ("button", "code", "table", "rows", "sums"):
        assert theirs[kind] == english[kind], f"of {kind} there are {english[kind]} in English"


@every_language
@letters
def test_every_letter_is_rendered_in_every_language(letter, language):
    at = links(letter, "https://portal.example")
    made = render(letter.name, letter.sample, links=at, brand=BRAND, locale=language, time_zone="Europe/Berlin")
    assert f'<html lang="{language}">' in made.html
    assert "lang=" not in made.html.split("<body")[1]
    assert len(made.subject) < SUBJECT_LENGTH
    assert not made.subject.endswith("…")
    preheader = unescape(re.search(r'<div class="pre"[^>]*>([^<]*)</div>', made.html)[1])
    assert 0 < len(preheader) <= PREHEADER_LENGTH
    for link in letter.links:
        assert at[link] in made.text
    assert (f"{TEST_CODE[:3]} {TEST_CODE[3:]}" in made.text) == letter.code
    for both in (made.text, made.html.split("<body")[1]):
        assert not re.search(r"\{[a-z_]+\}|\[\[|\]\]|None|'say'|\.\.", both)
        assert not _EMPTY_QUOTES.search(both)
    for line in made.text.splitlines():
        assert len(line) <= LINE or "https://" in line or " " not in line.strip(), f"{len(line)} signs: {line}"


@languages
@letters
def test_a_letter_in_another_language_has_no_english_sentence(letter, language):
    at = links(letter, "https://portal.example")
    reader = {"links": at, "brand": BRAND, "locale": language, "time_zone": "Europe/Berlin"}
    made = render(letter.name, letter.sample, **reader)
    for sentence in ("You get this", "Choose what we send", "Stop mail about", "Read this in", "Hello", "The link", "on another device"):
        assert sentence.lower() not in made.text.lower()
        assert sentence.lower() not in made.html.lower()


@every_language
@letters
def test_figures_stand_in_one_column_in_the_plain_text(letter, language):
    at = links(letter, "https://portal.example")
    made = render(letter.name, letter.sample, links=at, brand=BRAND, locale=language, time_zone="Europe/Berlin")
    lines = made.text.splitlines()
    for number, line in enumerate(lines):
        if set(line.strip()) == {"="}:
            start = next(n for n in range(number, -1, -1) if not lines[n].strip())
            rows = [one for one in lines[start + 1 : number] if re.search(r"\d$", one) and set(one.strip()) != {"-"}]
            assert len({len(one) for one in (*rows, line)}) == 1, "\n".join(lines[start : number + 1])


def test_languages_that_are_written_are_offered():
    there = {path.name for path in EMAILS.iterdir() if path.is_dir()}
    assert there == set(OTHERS), (
        "Add a language to LANGUAGES in portal/domain/letters/words.py when it is whole; take its folder away else."
    )
