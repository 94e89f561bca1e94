"""Every letter by name: its topic, the links it needs, what it can say, and facts to show it with.

A new letter is written into one of the modules here; its words stand in templates/emails/<name>.txt, and translated in
templates/emails/<language>/<name>.txt, in the markup of portal.domain.letters.markup. Text and HTML are both made of them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from portal.domain.letters.catalogue import calendar, changes, many, payments, security, signing_in, wallets
from portal.domain.letters.catalogue.letter import FOOT, LINK_WORDS, Letter, Variable

__all__ = ["FOOT", "LETTERS", "LINK_WORDS", "Letter", "Variable", "title"]

_ALL = (*signing_in.LETTERS, *security.LETTERS, *changes.LETTERS, *wallets.LETTERS, *calendar.LETTERS, *payments.LETTERS, *many.LETTERS)

LETTERS: Mapping[str, Letter] = MappingProxyType({letter.name: letter for letter in _ALL})


def title(name: str) -> str:
    """Give what a letter is called; its name in words where there is none of that name any more."""
    return LETTERS[name].title if name in LETTERS else name.replace("_", " ").capitalize()
