"""The words of a letter: a subject, a preheader and a body in the markup; ours stand in templates/emails."""

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from portal import paths

DEFAULT_LOCALE = "en"
LANGUAGES = ("en", "de", "es", "fr", "it", "nl", "pt")
"""The languages that every letter of ours is written in; English stands in templates/emails itself, any other in its folder."""
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

    def read_by(self, locale: str) -> "Words":
        """Take words that nobody named a language of to be in that of their reader, as far as it is one of ours."""
        return replace(self, locale=language_of(locale))


def languages(locale: str) -> list[str]:
    """Give the languages that a reader is written in, the best first: pt_BR, pt, en."""
    plain = locale.replace("-", "_")
    return list(dict.fromkeys((plain, plain.partition("_")[0], DEFAULT_LOCALE)))


@cache
def language_of(locale: str) -> str:
    """Give the language that our words speak to a reader: that of the locale where there is one, else English."""
    return next(language for language in languages(locale) if language in LANGUAGES)


def ours(letter_name: str, locale: str = DEFAULT_LOCALE) -> Words:
    """Read the words that a letter comes with, in the reader's language; `locale` of the words says in which."""
    return _ours(letter_name, language_of(locale))


def folder(language: str) -> Path:
    """Give the place of the files in one of LANGUAGES."""
    emails = paths.TEMPLATES / "emails"
    return emails if language == DEFAULT_LOCALE else emails / language


@cache
def _ours(letter_name: str, language: str) -> Words:
    file = folder(language) / f"{letter_name}.txt"
    found = _FILE.fullmatch(file.read_text(encoding="utf-8"))
    if found is None:
        name = file.relative_to(paths.TEMPLATES)
        raise ValueError(f"templates/{name} begins with Subject: and Preheader:, then an empty line, then the body")
    return Words(found["subject"], found["preheader"], found["body"].strip(), language)
