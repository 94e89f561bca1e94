"""Each letter in Gmail's and Outlook's class of programs: small, styled where it stands, with a preheader and a language."""

import re
from html.parser import HTMLParser

import pytest

from portal.domain.letters import LETTERS, Brand, Words, ours, render
from portal.domain.letters.colours import contrast
from portal.domain.letters.examples import links
from tests.domain.letters.hostile import facts_of

BRAND = Brand("Northwind", "Northwind Billing GmbH", "Torstraße 140, 10119 Berlin", "#1b5441", "https://portal.example/")
ALL = pytest.mark.parametrize("letter", LETTERS.values(), ids=lambda letter: letter.name)
CLIPPED = 100_000
"""Gmail cuts a mail off at 102 kB."""
SEEN = {"p", "h1", "th", "li", "a"}


class Elements(HTMLParser):
    """Every element with its attributes, and the words of those of one class."""

    def __init__(self, html: str):
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.words: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        _, attributes = self.elements[-1] if self.elements else ("", {})
        key = attributes.get("class", "")
        self.words[key] = self.words.get(key, "") + data


def made(letter, words: Words | None = None, **changes):
    reader = {"locale": "en", "time_zone": "Europe/Berlin"} | changes
    return render(letter.name, letter.sample, links=links(letter, "https://portal.example"), brand=BRAND, words=words, **reader)


@ALL
def test_it_is_small_and_needs_nothing_from_elsewhere(letter):
    html = made(letter).html
    assert len(html.encode()) < CLIPPED
    for tag, attributes in Elements(html).elements:
        assert tag not in {"img", "link", "script", "iframe", "object", "form", "input", "base"}
        assert not attributes.keys() & {"src", "srcset", "background", "poster"}
        assert not any(name.startswith("on") for name in attributes)
        if "href" in attributes:
            assert tag == "a"
            assert attributes["href"].startswith("https://portal.example")
    assert "url(" not in html


@ALL
def test_it_says_its_language_its_title_and_what_mailboxes_show_behind_the_subject(letter):
    letter_made = made(letter)
    found = Elements(letter_made.html)
    tags = dict(reversed(found.elements))
    assert tags["html"]["lang"] == "en"
    preheader = found.words["pre"].strip()
    assert preheader
    assert preheader != letter_made.subject
    assert "\n" not in preheader
    assert f"<title>{letter_made.subject.split(' ')[0]}".replace("&", "&amp;") in letter_made.html


@ALL
def test_every_part_is_styled_where_it_stands(letter):
    for tag, attributes in Elements(made(letter).html).elements:
        if tag in SEEN:
            assert "font-family" in attributes.get("style", "") or attributes.get("class") == "link", (
                f"<{tag}> would look like the program’s own"
            )
            assert "color" in attributes["style"]


@ALL
def test_tables_that_only_place_things_say_so_and_those_with_facts_have_heads(letter):
    html = made(letter).html
    for table in re.findall(r"<table[^>]*>(?:(?!</?table).)*</table>", html, re.DOTALL):
        assert ('role="presentation"' in table) != ('scope="row"' in table)


@ALL
def test_every_colour_that_is_light_by_day_is_turned_by_night(letter):
    head, body = made(letter).html.split("</head>")
    turned = set(re.findall(r"\.([a-z]+)", re.search(r"prefers-color-scheme: dark\) \{(.*?)\n\}", head, re.DOTALL)[1]))
    for classes, style in re.findall(r'class="([^"]*)"[^>]*style="([^"]*)"', body):
        if re.search(r"(?<![-\w])(?:color|background)\s*:", style):
            assert set(classes.split()) & turned, f"{classes} keeps its colours on night ink"


@pytest.mark.parametrize(
    ("words", "paper"),
    [("#1e1c18", "#faf7f0"), ("#6b665a", "#faf7f0"), ("#555046", "#faf7f0"), ("#979389", "#11151c"), ("#b7b2a6", "#11151c")],
)
def test_the_words_stand_out_by_day_and_by_night(words, paper):
    assert contrast(words, paper) >= 4.5


@ALL
def test_whatever_is_told_is_no_part_of_the_markup(letter):
    evil = "**bold** [[x]] {code} [Go](portal) | a"
    shown = render(
        letter.name, facts_of(letter, evil), links=links(letter, "https://portal.example"), brand=BRAND, locale="en", time_zone="UTC"
    )
    assert " ".join(evil.split()) in " ".join(shown.text.split())
    assert shown.html.count("<strong>") == made(letter).html.count("<strong>")
    assert shown.html.count('class="btn"') == made(letter).html.count('class="btn"')


def test_all_the_markup_is_drawn_in_both_forms():
    lists = "- one\n- two\n\n1. first\n2. second\n\n| a | b\n| c | d"
    body = f"**Bold {{amount}}** and\nnew line\n\n{lists}\n\n^ small\n\n[Go {{amount}}](open_wallet)"
    shown = made(LETTERS["wallet_credited"], Words("S", "P", body))
    assert "<strong>Bold 25.00&nbsp;EUR</strong> and<br>new line" in shown.html
    assert shown.html.count('class="item"') == 4
    assert re.search(r"<ul[^>]*>.*?</ul>.*<ol[^>]*>", shown.html, re.DOTALL)
    for line in (
        "Bold 25.00\N{NO-BREAK SPACE}EUR and\nnew line",
        "- one\n- two",
        "1. first\n2. second",
        "  a: b\n  c: d",
        "Go 25.00\N{NO-BREAK SPACE}EUR:\nhttps://portal.example/",
    ):
        assert line in shown.text


def test_figures_stand_in_one_column_at_the_right_and_words_do_not():
    shown = made(LETTERS["wallet_credited"], Words("S", "P", "| a | {amount}\n| b | {before:figure}\n\n[Go](open_wallet)"))
    assert shown.html.count('class="sum') == 2
    shown = made(LETTERS["wallet_credited"], Words("S", "P", "| a | {amount}\n| b | {reason}\n\n[Go](open_wallet)"))
    assert shown.html.count('class="now') == 2


def test_a_passage_goes_with_what_it_names_and_leaves_no_gap():
    letter = LETTERS["wallet_credited"]
    facts = {name: value for name, value in letter.sample.items() if name not in ("text", "expires_at")}
    links_there = links(letter, "https://portal.example") | {}
    shown = render(letter.name, facts, links=links_there, brand=BRAND, locale="en", time_zone="UTC")
    assert "(UTC).\n" in shown.text.replace(" \n", "\n")
    assert "with these words" not in shown.text
    assert "  \n" not in shown.html


def test_ours_are_files_that_name_subject_and_preheader_first(tmp_path, monkeypatch):
    from portal import paths

    (tmp_path / "emails").mkdir()
    (tmp_path / "emails" / "broken.txt").write_text("Hello")
    monkeypatch.setattr(paths, "TEMPLATES", tmp_path)
    with pytest.raises(ValueError, match="begins with Subject: and Preheader:"):
        ours("broken")
