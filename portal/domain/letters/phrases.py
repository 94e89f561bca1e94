"""What acts say in a letter beside its words: kept as an English sentence with its values, said in the reader's language.

A phrase is plain JSON, so that a message's facts can hold it: {"say": "Transfer to {customer}", "with": {"customer": …}},
with "some" and "count" where a number decides about the sentence, or {"all": […]} for several in a row. Its translations
stand in templates/emails/<language>/words.po, in the format of GNU gettext.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from typing import Any

from portal.domain.letters.words import DEFAULT_LOCALE, folder

Phrase = dict[str, Any]
_PLACE = re.compile(r"\{([a-z_]+)\}")


def say(sentence: str, /, **places: object) -> Phrase:
    """Make a phrase of an English sentence, its {places} filled by texts, numbers or other phrases."""
    return {"say": sentence, "with": places} if places else {"say": sentence}


def say_some(one: str, some: str, count: int, /, **places: object) -> Phrase:
    """Make a phrase of a number of things: `one` thing, or `some`; {count} is the number."""
    return {"say": one, "some": some, "count": count, "with": {"count": count, **places}}


def together(*facts: object) -> Phrase:
    """Make a phrase of several in a row, with commas; those that have nothing to say are left out."""
    return {"all": list(facts)}


def with_places(phrase: object, **places: object) -> object:
    """Fill places of a phrase anew, as far as it has them; anything else stays as it is."""
    if not _is_phrase(phrase) or "with" not in phrase:
        return phrase
    kept = phrase["with"]
    return {**phrase, "with": {name: places.get(name, value) for name, value in kept.items()}}


def in_english(fact: object) -> str:
    """Say a phrase, or a text that is none, in English."""
    return str(in_language(fact, DEFAULT_LOCALE))


def in_language(fact: Any, language: str) -> Any:
    """Say every phrase in a fact, at any depth, in one of LANGUAGES; what is no phrase stays as it is."""
    match fact:
        case {"say": str(sentence)}:
            return _filled(_translated(fact, sentence, language), fact.get("with") or {}, language)
        case {"all": list() | tuple() as several}:
            return ", ".join(filter(None, (str(in_language(one, language)) for one in several)))
        case Mapping():
            return {key: in_language(value, language) for key, value in fact.items()}
        case list() | tuple():
            return [in_language(value, language) for value in fact]
    return fact


def _is_phrase(fact: object) -> bool:
    return isinstance(fact, Mapping) and ("say" in fact or "all" in fact)


def _filled(sentence: str, places: Mapping[str, object], language: str) -> str:
    """Put the values into a sentence, once: what stands in a value is no place."""
    said = {name: str(in_language(value, language)) for name, value in places.items()}
    return _PLACE.sub(lambda place: said.get(place[1], place[0]), sentence)


def _translated(phrase: Mapping[str, Any], sentence: str, language: str) -> str:
    count = phrase.get("count")
    if language != DEFAULT_LOCALE and (found := _catalogue(language).find(sentence, count)):
        return found
    return sentence if count is None or count == 1 else phrase.get("some", sentence)


@dataclass(frozen=True)
class _Catalogue:
    """The sentences of one language by their English; those of a number come once for each of its forms."""

    forms: Mapping[str, tuple[str, ...]]
    form_of: Callable[[int], int]

    def find(self, sentence: str, count: int | None) -> str:
        forms = self.forms.get(sentence, ())
        return forms[self.form_of(count) if count is not None and len(forms) > 1 else 0] if forms else ""


@cache
def _catalogue(language: str) -> _Catalogue:
    from babel.messages.pofile import read_po  # not before somebody reads another language than English

    with (folder(language) / "words.po").open("rb") as file:
        read = read_po(file, locale=language)
    forms = {}
    for message in read:
        if message.id:
            one = message.id if isinstance(message.id, str) else message.id[0]
            forms[one] = message.string if isinstance(message.string, tuple) else (message.string,)
    return _Catalogue(forms, c2py(read.plural_expr))
