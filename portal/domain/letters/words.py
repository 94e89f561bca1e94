"""The words of a letter: a subject, a preheader and a body in the markup; ours stand in templates/emails."""

import re
from dataclasses import dataclass
from functools import cache

from portal import paths

DEFAULT_LOCALE = "en"
TEST_CODE = "000000"
"""Stands where a letter that is looked at, and not sent to be used, has its code."""
_FILE = re.compile(r"Subject: (?P<subject>[^\n]+)\nPreheader: (?P<preheader>[^\n]+)\n\n(?P<body>.+)", re.DOTALL)


@dataclass(frozen=True)
class Words:
    """What a letter is made of, in one language; `test` marks what somebody sends to themselves to look at."""

    subject: str
    preheader: str
    body: str
    locale: str = DEFAULT_LOCALE
    test: bool = False


@cache
def ours(letter_name: str) -> Words:
    """Read the words that a letter comes with."""
    found = _FILE.fullmatch((paths.TEMPLATES / "emails" / f"{letter_name}.txt").read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"templates/emails/{letter_name}.txt begins with Subject: and Preheader:, then an empty line, then the body")
    return Words(found["subject"], found["preheader"], found["body"].strip())
