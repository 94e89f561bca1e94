"""The kinds of attributes, and what a definition is made of: keys and choices."""

import re
from typing import NamedTuple

from portal.values.errors import BadValue
from portal.values.text import clean_line, fold, quoted

MAX_KEY = 40
MAX_CHOICES = 100
MAX_CHOICE = 100
_KEY = re.compile(r"[a-z][a-z0-9_]*\Z").match


class Kind(NamedTuple):
    """A kind in words: what it is called, and what it holds."""

    label: str
    hint: str


KINDS: dict[str, Kind] = {
    "text": Kind("Text", "One line of words: a contract number, a cost centre."),
    "whole": Kind("Whole number", "A count: seats, employees."),
    "decimal": Kind("Decimal number", "Kept exactly as it is typed, 12.50 included."),
    "yes_no": Kind("Yes or no", "Or not known, as long as nobody has said."),
    "date": Kind("Date", "A day, such as the end of a term."),
    "choice": Kind("Choice", "One out of a list that you write."),
    "list": Kind("List", "Several words, free or out of a list that you write."),
    "json": Kind("JSON", "Structured data, edited as text."),
}
WITH_CHOICES = ("choice", "list")


def parse_key(text: str) -> str:
    """Read the key that programs know an attribute by: small letters, digits and _, a letter first."""
    key = text.strip()
    if len(key) > MAX_KEY:
        raise BadValue(f"A key has at most {MAX_KEY} characters.")
    if not _KEY(key):
        near = key_of(key)
        rule = "A key is made of the letters a to z, digits and _, and begins with a letter"
        raise BadValue(f"{rule}: {near} would do." if near else f"{rule}.", near or None)
    return key


def key_of(label: str) -> str:
    """Make a key of an attribute's name ("NPS score" is nps_score); empty when the name has no letter from a to z."""
    return re.sub(r"[^a-z0-9]+", "_", fold(label)).lstrip("_0123456789")[:MAX_KEY].rstrip("_")


def parse_choices(text: str) -> list[str]:
    """Read choices, one a line; empty lines are left out."""
    choices = [choice for line in text.splitlines() if (choice := clean_line(line))]
    if len(choices) > MAX_CHOICES:
        raise BadValue(f"{len(choices)} choices are too many: there is room for {MAX_CHOICES}.")
    seen: dict[str, str] = {}
    for choice in choices:
        if len(choice) > MAX_CHOICE:
            raise BadValue(f"{quoted(choice)} is too long: a choice has at most {MAX_CHOICE} characters.")
        if choice.casefold() in seen:
            raise BadValue(f"{quoted(choice)} stands there twice.")
        seen[choice.casefold()] = choice
    return choices
