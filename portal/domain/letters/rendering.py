"""A letter as a pure function: a name, facts, links, the brand, the words and the reader in; subject, text and HTML out."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from portal import paths
from portal.domain.letters import wording
from portal.domain.letters.catalogue import LETTERS, Letter
from portal.domain.letters.colours import shades
from portal.domain.letters.filling import FactMissing, Filler
from portal.domain.letters.formats import Reader
from portal.domain.letters.markup import MarkupWrong, parse, parse_line
from portal.domain.letters.phrases import in_language, say
from portal.domain.letters.words import Words, language_of, ours
from portal.domain.topics import TOPICS
from portal.model import BusinessEntity
from portal.values.images import fitted
from portal.values.text import clean_line

if TYPE_CHECKING:
    from css_inline import CSSInliner

SUBJECT_LENGTH = 120
LOGO_ROOM = (240, 40)


class UnknownLetter(LookupError):
    """There is no letter of that name."""


class LetterIncomplete(ValueError):
    """A fact or a link that the letter speaks of is missing or cannot be written."""


@dataclass(frozen=True)
class Brand:
    """Who writes: the name at the head, the company and its address at the foot, the button's #rrggbb, the portal's URL, the logo."""

    name: str
    legal_name: str
    address_line: str
    colour: str
    portal_url: str
    logo_url: str = ""
    logo_width: int = 0
    logo_height: int = 0
    """The sides at which the logo is shown, half of what a fine screen would show at most."""

    @classmethod
    def of(cls, entity: BusinessEntity, public_url: str) -> "Brand":
        """Give the brand that a business entity writes under."""
        words = (entity.name, entity.legal_name, entity.address_line, entity.colour, public_url)
        if not entity.logo:
            return cls(*words)
        return cls(*words, f"{public_url}/logos/{entity.logo}", *fitted(entity.logo_width, entity.logo_height, most=LOGO_ROOM))

    @property
    def logo_says_name(self) -> bool:
        """Whether the logo stands for the name: a mark as narrow as a seal has the name beside it."""
        return self.logo_width > 2 * self.logo_height


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
    """Render one letter for one reader, in `words`, else in ours of the reader's language.

    `facts` are as the message row keeps them (minor units, ISO times, phrases); `links` maps each purpose of the letter to
    an https or http URL, "code" to six digits, "until" to an ISO time. Figures and times follow `locale` (a BCP 47 tag) and
    `time_zone` (an IANA name); phrases, and what stands around the words, are in their language, as far as it is one of
    ours. Raises UnknownLetter, or LetterIncomplete naming what is missing.
    """
    letter = _find(letter_name)
    _check(letter, links)
    words = words or ours(letter.name, locale)
    language = language_of(words.locale)
    said = told(facts, language)
    if "why" not in said:
        raise LetterIncomplete(f"The letter {letter.name} lacks a fact: why.")
    with _telling(letter):
        filler = _filler(letter, said, links=links, brand=brand, locale=locale, time_zone=time_zone)
        heading = _heading(filler.line(parse_line(words.subject)), words, language)
        filled = {
            "subject": _one_line(heading),
            "heading": _cut(heading),
            "preheader": filler.line(parse_line(words.preheader)),
            "parts": filler.parts(parse(words.body)),
        }
    around = {
        "links": links,
        "brand": brand,
        "shades": shades(brand.colour),
        "essential": letter.essential,
        "topic_words": said.get("topic_words") or in_language(say(TOPICS[letter.topic].words), language),
        "why": said["why"],
        "language": words.locale.replace("_", "-"),
        "frame_language": language,
        "phrase": partial(_phrase, language),
    }
    environment = _environment()
    text = wording.wrapped(environment.get_template("layouts/email.txt").render(filled | around))
    html = _inliner().inline(environment.get_template("layouts/email.html").render(filled | around))
    return RenderedLetter(filled["subject"], text, html)


def glance(letter: Letter, facts: Mapping[str, Any], *, brand: Brand, locale: str, time_zone: str, words: Words) -> tuple[str, str]:
    """Give the subject and the preheader alone. Raises LetterIncomplete like `render`."""
    with _telling(letter):
        said = told(facts, language_of(words.locale))
        filler = _filler(letter, said, links={}, brand=brand, locale=locale, time_zone=time_zone)
        return _one_line(filler.line(parse_line(words.subject))), filler.line(parse_line(words.preheader))


def told(facts: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Bring every text in facts to one line, leave out what is None, and say the phrases in a language of ours."""
    return in_language(_tidy(facts), language)


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


def _phrase(language: str, sentence: str, **places: str) -> str:
    """Say a sentence of the frame."""
    return in_language(say(sentence, **places), language)


def _heading(subject: str, words: Words, language: str) -> str:
    return in_language(say("Test: {subject}", subject=subject), language) if words.test else subject


def _one_line(subject: str) -> str:
    return _cut(clean_line(subject))


def _cut(line: str) -> str:
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
    environment.globals.update(rows=wording.rows, item=wording.item, fact=wording.fact)
    return environment


@cache
def _inliner() -> "CSSInliner":
    from css_inline import CSSInliner  # large, and only who sends or looks at a letter needs it

    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False, base_url=None)
