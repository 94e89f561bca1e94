"""A letter as a pure function: a name, facts, links, the brand, the words and the reader in; subject, text and HTML out."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from portal import paths
from portal.domain.letters import wording
from portal.domain.letters.catalogue import LETTERS, Letter
from portal.domain.letters.colours import shades
from portal.domain.letters.filling import FactMissing, Filler
from portal.domain.letters.formats import Reader
from portal.domain.letters.markup import MarkupWrong, parse, parse_line
from portal.domain.letters.words import Words, ours
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
    letter_name: str,
    facts: Mapping[str, Any],
    *,
    links: Mapping[str, str],
    brand: Brand,
    locale: str,
    time_zone: str,
    words: Words | None = None,
) -> RenderedLetter:
    """Render one letter for one reader, in `words`, else in ours.

    `facts` are as the message row keeps them (minor units, ISO times); `links` maps each purpose of the letter to an https
    or http URL, "code" to six digits, "until" to an ISO time. Figures and times follow `locale` (a BCP 47 tag) and
    `time_zone` (an IANA name). Raises UnknownLetter, or LetterIncomplete naming what is missing.
    """
    letter = _find(letter_name)
    _check(letter, links)
    words = words or ours(letter.name)
    said = _tidy(facts)
    if "why" not in said:
        raise LetterIncomplete(f"The letter {letter.name} lacks a fact: why.")
    with _telling(letter):
        filler = _filler(letter, said, links=links, brand=brand, locale=locale, time_zone=time_zone)
        filled = {
            "subject": _one_line(("Test: " if words.test else "") + filler.line(parse_line(words.subject))),
            "preheader": filler.line(parse_line(words.preheader)),
            "parts": filler.parts(parse(words.body)),
        }
    around = {
        "links": links,
        "brand": brand,
        "shades": shades(brand.colour),
        "essential": letter.essential,
        "topic_words": said.get("topic_words") or TOPICS[letter.topic].label.lower(),
        "why": said["why"],
        "language": words.locale.replace("_", "-"),
    }
    environment = _environment()
    text = wording.wrapped(environment.get_template("layouts/email.txt").render(filled | around))
    html = _inliner().inline(environment.get_template("layouts/email.html").render(filled | around))
    return RenderedLetter(filled["subject"], text, html)


def glance(letter: Letter, facts: Mapping[str, Any], *, brand: Brand, locale: str, time_zone: str, words: Words) -> tuple[str, str]:
    """Give the subject and the preheader alone. Raises LetterIncomplete like `render`."""
    with _telling(letter):
        filler = _filler(letter, _tidy(facts), links={}, brand=brand, locale=locale, time_zone=time_zone)
        return _one_line(filler.line(parse_line(words.subject))), filler.line(parse_line(words.preheader))


def _filler(letter: Letter, said: Mapping[str, Any], *, links: Mapping[str, str], brand: Brand, locale: str, time_zone: str) -> Filler:
    known = {**said, "business": brand.name, "code": links.get("code"), "link_until": links.get("until"), "time_zone": time_zone}
    reader = Reader(locale, time_zone, str(said.get("currency", "")))
    return Filler(letter.known, known, {**links, "portal": brand.portal_url}, reader)


@contextmanager
def _telling(letter: Letter) -> Iterator[None]:
    """Tell whatever keeps words from being filled as LetterIncomplete."""
    try:
        yield
    except (FactMissing, MarkupWrong, KeyError, TypeError, ValueError) as fault:
        raise LetterIncomplete(f"The letter {letter.name} lacks a fact, or has one it cannot write: {fault}.") from fault


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


def _one_line(subject: str) -> str:
    line = clean_line(subject)
    return line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1].rstrip() + "…"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(paths.TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(rows=wording.rows, item=wording.item)
    return environment


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False, base_url=None)
