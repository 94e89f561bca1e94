"""Colours as people write them."""

import pytest

from portal.values.colours import parse_colour
from portal.values.errors import BadValue


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("#1b5441", "#1b5441"), (" #1B5441 ", "#1b5441"), ("1b5441", "#1b5441"), ("#abc", "#aabbcc"), ("FFF", "#ffffff")],
)
def test_a_colour_is_kept_in_one_spelling(typed, kept):
    assert parse_colour(typed) == kept


@pytest.mark.parametrize(
    "typed", ["green", "#12345", "#1234567", "#ggg", "rgb(1,2,3)", "##123456", "#12 34 56", '#123456"><script>', "１２３"]
)
def test_what_is_no_colour_is_refused_with_how_one_is_written(typed):
    with pytest.raises(BadValue, match="# and six digits, as in #1b5441"):
        parse_colour(typed)
