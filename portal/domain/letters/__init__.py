"""What the product writes to people: which letters there are, and how one is rendered."""

from portal.domain.letters.catalogue import LETTERS, Letter
from portal.domain.letters.rendering import Brand, LetterIncomplete, RenderedLetter, UnknownLetter, render

__all__ = ["LETTERS", "Brand", "Letter", "LetterIncomplete", "RenderedLetter", "UnknownLetter", "render"]
