"""The head of a letter: the logo where there is one, the name where a reader needs it, and the same plain text either way."""

import re
from html.parser import HTMLParser

import pytest

from portal.domain.letters import LETTERS, Brand, render
from portal.domain.letters.colours import contrast
from portal.domain.letters.examples import links
from portal.model import BusinessEntity

NAMED = {"name": 'North & "Wind"', "legal_name": "Northwind Billing GmbH", "address_line": "Torstraße 140, 10119 Berlin", "colour": ""}
URL = "https://portal.example"
NO_LOGO = {"logo": "", "logo_width": 0, "logo_height": 0}
WIDE = {"logo": "0f" * 32 + ".png", "logo_width": 640, "logo_height": 160}
MARK = {"logo": "1e" * 32 + ".jpg", "logo_width": 90, "logo_height": 180}


class Head(HTMLParser):
    """The pictures of a letter, the cells of its head, and its rules for the dark."""

    def __init__(self, html: str):
        super().__init__()
        self.images, self.words, self._cell = [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        self._cell = tag == "td" and said.get("class") == "from"
        if tag == "img":
            self.images.append(said)

    def handle_data(self, data):
        if self._cell and data.strip():
            self.words.append(data.strip())
            self._cell = False


def letter(logo: dict, name: str = "low_balance"):
    made = LETTERS[name]
    brand = Brand.of(BusinessEntity(**NAMED, **logo), URL)
    return render(name, made.sample, links=links(made, URL), brand=brand, locale="en", time_zone="Europe/Berlin")


@pytest.mark.parametrize("name", LETTERS)
def test_every_letter_has_the_logo_at_its_head(name):
    (image,) = Head(letter(WIDE, name).html).images
    assert image["src"] == f"{URL}/logos/{WIDE['logo']}"
    assert (image["width"], image["height"]) == ("160", "40")


def test_a_wide_logo_stands_for_the_name_which_is_there_where_pictures_are_blocked():
    found = Head(letter(WIDE).html)
    assert found.images[0]["alt"] == NAMED["name"]
    assert found.words == []


def test_a_logo_as_narrow_as_a_seal_has_the_name_beside_it_and_is_not_read_out_twice():
    found = Head(letter(MARK).html)
    assert [found.images[0][name] for name in ("width", "height", "alt")] == ["20", "40", ""]
    assert found.words == [NAMED["name"]]


def test_without_a_logo_the_name_stands_there_as_ever():
    found = Head(letter(NO_LOGO).html)
    assert (found.images, found.words) == ([], [NAMED["name"]])


def test_in_the_dark_the_logo_keeps_a_light_ground_on_which_the_name_in_its_place_can_be_read():
    html = letter(WIDE).html
    dark = html.partition("@media (prefers-color-scheme: dark)")[2]
    (rule,) = re.findall(r"\.logo \{([^}]*)\}", dark)
    ground, words = (re.search(rf"(?<![-\w]){name}: (#[0-9a-f]{{6}})", rule)[1] for name in ("background", "color"))
    assert contrast(ground, words) >= 4.5
    assert "background" not in Head(html).images[0]["style"]


def test_the_plain_text_does_not_depend_on_it():
    assert letter(WIDE).text == letter(MARK).text == letter(NO_LOGO).text
    assert letter(NO_LOGO).text.startswith(NAMED["name"])
