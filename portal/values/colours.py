"""Colours as people write them."""

import re

from portal.values.errors import BadValue
from portal.values.text import quoted

_WHOLE = re.compile(r"#?([0-9a-f]{6})").fullmatch
_SHORT = re.compile(r"#?([0-9a-f])([0-9a-f])([0-9a-f])").fullmatch


def parse_colour(text: str) -> str:
    """Read a colour as #rrggbb in small letters: #1B5441, 1b5441 or #abc. :raises BadValue: for anything else."""
    plain = text.strip().lower()
    if whole := _WHOLE(plain):
        return f"#{whole[1]}"
    if short := _SHORT(plain):
        return "#" + "".join(2 * digit for digit in short.groups())
    raise BadValue(f"{quoted(text)} is no colour as it is written here: # and six digits, as in #1b5441.")
