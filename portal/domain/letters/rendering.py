"""A letter as a pure function: a name, facts, links, the brand and the reader in; subject, text and HTML out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError, select_autoescape

from portal import paths
from portal.domain.letters import wording
from portal.domain.letters.catalogue import LETTERS, Letter
from portal.domain.letters.colours import shades
from portal.domain.topics import TOPICS
from portal.values.text import clean_line

SUBJECT_LENGTH = 120


class UnknownLetter(LookupError):
    """There is no letter of that name."""


class LetterIncomplete(ValueError):
    """A fact or a link that the letter speaks of is missing or cannot be written."""


@dataclass(frozen=True)
class Brand:
    """Who writes: the name at the head, the company and its address at the foot, the button's #rrggbb, the portal's URL."""

    name: str
    legal_name: str
    address_line: str
    colour: str
    portal_url: str


@dataclass(frozen=True)
class RenderedLetter:
    """One line of subject, and the same letter in plain text and in HTML."""

    subject: str
    text: str
    html: str


def render(
    letter_name: str, facts: Mapping[str, Any], *, links: Mapping[str, str], brand: Brand, locale: str, time_zone: str
) -> RenderedLetter:
    """Render one letter for one reader.

    `facts` are as the message row keeps them (minor units, ISO times); `links` maps each purpose of the letter to an https
    or http URL, "code" to six digits, "until" to an ISO time. Figures and times follow `locale` (a BCP 47 tag) and
    `time_zone` (an IANA name). Raises UnknownLetter, or LetterIncomplete naming what is missing.
    """
    letter = _find(letter_name)
    _check(letter, links)
    words = {
        **_tidy(facts),
        "links": dict(links),
        "brand": brand,
        "shades": shades(brand.colour),
        "essential": letter.essential,
        "topic_words": TOPICS[letter.topic].label.lower(),
        **wording.functions(locale, time_zone, facts.get("currency")),
    }
    try:
        words["subject"] = _one_line(_fill(letter, "subject.txt", words))
        text = wording.wrapped(_fill(letter, "body.txt", words))
        html = _inliner().inline(_fill(letter, "body.html", words))
    except (UndefinedError, TypeError, ValueError) as fault:
        raise LetterIncomplete(f"The letter {letter.name} lacks a fact, or has one it cannot write: {fault}.") from fault
    return RenderedLetter(words["subject"], text, html)


def _find(name: str) -> Letter:
    try:
        return LETTERS[name]
    except KeyError:
        raise UnknownLetter(f"There is no letter called {name!r}.") from None


def _check(letter: Letter, links: Mapping[str, str]) -> None:
    for purpose in letter.links:
        if not re.match(r"https?://[^\s/]", links.get(purpose, "")):
            raise LetterIncomplete(f"The letter {letter.name} lacks a link: {purpose}.")
    if letter.code and not re.fullmatch(r"[0-9]{6}", links.get("code", "")):
        raise LetterIncomplete(f"The letter {letter.name} lacks its code of six digits.")


def _tidy(fact: Any) -> Any:
    """Bring every text to one line, so that no fact can pose as a part of the letter; leave out what is None."""
    match fact:
        case str():
            return clean_line(fact)
        case Mapping():
            return {key: _tidy(value) for key, value in fact.items() if value is not None}
        case list() | tuple():
            return [_tidy(value) for value in fact]
    return fact


def _fill(letter: Letter, part: str, words: Mapping[str, Any]) -> str:
    return _environment().get_template(f"emails/{letter.name}/{part}").render(words)


def _one_line(subject: str) -> str:
    line = clean_line(subject)
    return line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1].rstrip() + "…"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(paths.TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False, base_url=None)
