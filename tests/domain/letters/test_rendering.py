"""Every letter in both forms: the same facts, nothing missing, nothing from elsewhere."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.letters import LETTERS, Brand, LetterIncomplete, UnknownLetter, render
from portal.domain.letters.colours import contrast, shades
from portal.domain.letters.phrases import in_language
from portal.domain.topics import TOPICS
from tests.domain.letters.hostile import facts_of, places_of

BRAND = Brand("Northwind", "Northwind Billing GmbH", "Torstraße 140, 10119 Berlin", "#1b5441", "https://portal.example/")
ALL = pytest.mark.parametrize("letter", LETTERS.values(), ids=lambda letter: letter.name)
HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "a\r\nBcc: x@y.z\n\n-- \nNorthwind"]


def links_of(letter):
    links = {purpose: f"https://portal.example/l/{purpose}?a=1&b=2" for purpose in letter.links}
    return {**links, "code": "481902"} if letter.code else links


def rendered(name, facts=None, *, links=None, brand=BRAND, locale="en_GB", time_zone="Europe/Berlin"):
    letter = LETTERS[name]
    return render(
        name, letter.sample if facts is None else facts, links=links or links_of(letter), brand=brand, locale=locale, time_zone=time_zone
    )


class Words(HTMLParser):
    """The words a reader sees, and what the page would load or lead to."""

    def __init__(self, html):
        super().__init__()
        self.words, self.tags, self.leads, self.hidden = [], [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.hidden = tag in {"style", "title"}
        self.leads += [value for name, value in attributes if name == "href"]
        assert not {name for name, _ in attributes} & {"src", "srcset", "background"}

    def handle_endtag(self, tag):
        self.hidden = False

    def handle_data(self, data):
        if not self.hidden:
            self.words.append(data)

    @property
    def text(self):
        return plain("".join(self.words))


def plain(text):
    return " ".join(text.split())


@ALL
def test_a_letter_has_a_subject_of_one_line_and_both_forms(letter):
    made = rendered(letter.name)
    assert made.subject
    assert len(made.subject) <= 120
    assert len(made.subject.splitlines()) == 1
    assert plain(made.subject) in plain(made.text)
    assert plain(made.subject) in Words(made.html).text
    assert len(made.html) < 20_000


@ALL
def test_both_forms_say_the_same(letter):
    made = rendered(letter.name)
    html, text = Words(made.html).text, plain(made.text)
    for figure in set(re.findall(r"[+−]?\d[\d.,:]*\d|\d", text.replace("=1&b=2", ""))):
        assert figure in html, f"{figure} stands in the text only"
    for figure in set(re.findall(r"[+−]?\d[\d.,:]*\d|\d", html)):
        assert figure in text, f"{figure} stands in the HTML only"
    for fact in in_language(letter.sample, "en").values():
        if isinstance(fact, str) and not fact.startswith("2026-"):
            assert fact in html
            assert fact in text


@ALL
def test_every_link_stands_in_both_forms(letter):
    made = rendered(letter.name)
    leads = Words(made.html).leads
    for purpose in letter.links:
        assert links_of(letter)[purpose] in leads
        assert links_of(letter)[purpose] in made.text


@ALL
def test_a_letter_loads_nothing(letter):
    made = rendered(letter.name)
    assert not {"img", "link", "script", "iframe", "video", "object", "form"} & set(Words(made.html).tags)
    assert not re.search(r"url\(|@import|@font-face", made.html)


@ALL
def test_nothing_is_missing_and_nothing_reads_like_a_program(letter):
    made = rendered(letter.name)
    for words in (made.subject, made.text, Words(made.html).text):
        assert not re.search(r"\bNone\b|Undefined|\{\{|\{%|\}\}|&amp;|&lt;|\(\)|\.\.|  +\.", words)
        assert not re.search(r"\b(please|oops|successfully|invalid)\b", words, re.IGNORECASE)


@ALL
def test_every_fact_of_the_sample_counts(letter):
    optional = {"text", "invited_by"} | {one.name for one in letter.variables if one.optional}
    for fact in set(letter.sample) - optional:
        fewer = {name: value for name, value in letter.sample.items() if name != fact}
        with pytest.raises(LetterIncomplete):
            rendered(letter.name, fewer)


@ALL
def test_every_link_counts(letter):
    for purpose in links_of(letter):
        fewer = {name: value for name, value in links_of(letter).items() if name != purpose}
        with pytest.raises(LetterIncomplete):
            rendered(letter.name, links=fewer or {"other": "x"})


@ALL
@pytest.mark.parametrize("evil", HOSTILE)
def test_no_fact_can_pose_as_a_part_of_the_letter(letter, evil):
    usual = rendered(letter.name)
    for facts in (facts_of(letter, evil), places_of(letter, evil)):
        made = rendered(letter.name, facts)
        assert len(made.subject.splitlines()) == 1
        assert Words(made.html).tags == Words(usual.html).tags
        assert made.text.count("\n--\n") == 1
    assert plain(evil) in plain(rendered(letter.name, facts_of(letter, evil)).text)


@ALL
def test_only_essential_mail_has_no_way_to_stop_it(letter):
    made = rendered(letter.name)
    assert letter.essential == TOPICS[letter.topic].essential
    assert ("top mail about" in made.text) == (not letter.essential)
    assert ("top mail about" in made.html) == (not letter.essential)


@ALL
def test_dark_rules_stay_in_the_head_and_the_others_move_to_their_elements(letter):
    html = rendered(letter.name).html
    head, body = html.split("</head>")
    assert "prefers-color-scheme: dark" in head
    assert "<style>" not in body
    assert body.count("style=") > 8


@pytest.mark.parametrize(
    ("currency", "locale", "figures"),
    [
        ("EUR", "en_GB", ("4,229.96", "+25.00", "4,254.96")),
        ("EUR", "de", ("4.229,96", "+25,00", "4.254,96")),
        ("JPY", "en", ("422,996", "+2,500", "425,496")),
        ("KWD", "en", ("422.996", "+2.500", "425.496")),
    ],
)
def test_figures_follow_the_currency_and_the_reader(currency, locale, figures):
    made = rendered("wallet_credited", {**LETTERS["wallet_credited"].sample, "currency": currency}, locale=locale)
    for figure in figures:
        assert figure in made.text
        assert figure in made.html


def test_a_debit_carries_a_minus_whatever_sign_it_came_with():
    sample = LETTERS["wallet_debited"].sample
    for amount in (-12000, 12000):
        made = rendered("wallet_debited", {**sample, "amount": amount})
        assert "−120.00" in made.text
        assert made.subject == "You have 120.00 EUR less credit"


def test_times_are_where_the_reader_is():
    assert "23 Nov 2026, 09:14 (Europe/Berlin)" in plain(rendered("sign_in").text)
    assert "23 Nov 2026, 13:44 (Asia/Kolkata)" in plain(rendered("sign_in", time_zone="Asia/Kolkata").text)


def test_the_columns_of_the_text_end_in_one_line():
    lines = [line for line in rendered("wallet_credited").text.splitlines() if line.startswith("  ")]
    assert lines == [
        "  Before                              4,229.96",
        "  Goodwill                              +25.00",
        "  --------------------------------------------",
        "  Your store credit, EUR              4,254.96",
        "  ============================================",
    ]


@ALL
def test_lines_of_the_text_are_short_but_links_whole(letter):
    for line in rendered(letter.name).text.splitlines():
        assert len(line) <= 72 or line.startswith("https://")


def test_the_code_is_set_in_two_groups():
    made = rendered("sign_in")
    assert "    481 902" in made.text
    assert "481 902" in made.html
    assert "481" not in made.subject


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "https://evil.example", "go to evil.example now", "a@b.example", None])
def test_a_greeting_carries_no_link_and_no_empty_name(name):
    facts = {**LETTERS["sign_in"].sample, "name": name or ""}
    assert "\nHello,\n" in rendered("sign_in", facts).text


def test_what_was_not_said_is_left_out():
    sample = {**LETTERS["wallet_credited"].sample, "text": "", "expires_at": None}
    made = rendered("wallet_credited", sample)
    assert "with these words" not in made.text
    assert "It can be used until" not in made.text
    assert "You are invited to Northwind" in rendered("operator_invite", {**LETTERS["operator_invite"].sample, "invited_by": None}).subject


def test_an_endless_subject_is_cut():
    made = rendered("address_changed", {**LETTERS["address_changed"].sample, "customer_name": "Northwind " * 50})
    assert len(made.subject) <= 120
    assert made.subject.endswith("…")


@pytest.mark.parametrize("link", ["javascript:alert(1)", "//evil.example", "", "https://", "data:text/html,x"])
def test_a_link_that_is_no_web_address_is_no_link(link):
    with pytest.raises(LetterIncomplete):
        rendered("sign_in", links={"sign_in": link, "code": "481902"})


def test_an_unknown_letter_is_told():
    with pytest.raises(UnknownLetter):
        render("nonsense", {}, links={}, brand=BRAND, locale="en", time_zone="UTC")


@given(st.from_regex(r"\A#[0-9a-fA-F]{6}\Z"))
def test_any_brand_colour_leaves_its_words_legible(colour):
    made = shades(colour)
    assert contrast(made.act, made.on_act) >= 4.5
    assert contrast(made.act_dark, made.on_act_dark) >= 4.5
    assert contrast(made.act_dark, "#11151c") >= 3


def test_a_colour_that_is_none_gives_bottle_green():
    assert shades("red;}</style>") == shades("#1b5441")
    assert shades("#1b5441").act == "#1b5441"


def test_a_wallet_letter_says_how_long_its_link_holds_where_that_is_known():
    usual = links_of(LETTERS["wallet_credited"])
    timed = {**usual, "until": "2026-11-24T08:14:00+00:00"}
    assert "signs you in" not in rendered("wallet_credited", links=usual).text
    assert "signs you in once, until 24 Nov 2026, 09:14 (Europe/Berlin)." in plain(rendered("wallet_credited", links=timed).text)
    for made in (
        rendered("wallet_credited", links={**timed, "code": "481902"}),
        rendered("wallet_debited", links={**timed, "code": "481902"}),
    ):
        assert "type the code 481 902." in plain(made.text)
        assert "type the code 481 902." in made.html


def test_credit_that_ends_on_one_day_names_it_in_the_subject():
    sample = LETTERS["credit_expiring"].sample
    assert plain(rendered("credit_expiring").subject) == "75.00 EUR of your credit ends soon"
    one = {**sample, "credits": [{**credit, "expires_at": sample["ends_at"]} for credit in sample["credits"]]}
    made = rendered("credit_expiring", one)
    assert plain(made.subject) == "75.00 EUR of your credit ends on 31 Dec 2026"
    assert "nothing ends, until it is opened again" not in made.text
    assert "nothing ends, until it is opened again" in plain(rendered("credit_expiring", {**one, "frozen": True}).text)
