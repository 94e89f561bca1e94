"""What the product writes to people: which letters there are, in which words, and how one is rendered."""

from portal.domain.letters.catalogue import LETTERS, Letter, title
from portal.domain.letters.rendering import Brand, LetterIncomplete, RenderedLetter, UnknownLetter, glance, render
from portal.domain.letters.words import LANGUAGES, TEST_CODE, Words, language_of, ours

__all__ = [
    "LANGUAGES",
    "LETTERS",
    "TEST_CODE",
    "Brand",
    "Letter",
    "LetterIncomplete",
    "RenderedLetter",
    "UnknownLetter",
    "Words",
    "glance",
    "language_of",
    "ours",
    "render",
    "title",
]
