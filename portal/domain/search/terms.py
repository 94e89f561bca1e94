"""What a typed line asks for: words, numbers without their punctuation, and the parts worth asking the index for."""

import re
from dataclasses import dataclass

from portal.values.text import clean_line, fold

MAX_LENGTH = 200
MAX_WORDS = 8
TRIGRAM = 3

_PIECES = re.compile(r"[^@._/-]+")
_PUNCTUATION = re.compile(r"[\s().+/-]+")


@dataclass(frozen=True)
class Terms:
    """A query taken apart, folded as the documents are.

    `text` the whole line; `words` all of which must stand in a document; `compact` the line as one number or code
    without spaces and punctuation, "" where it is neither; `typed` the line as it was typed, for keys that keep case.
    """

    text: str
    words: tuple[str, ...]
    compact: str
    typed: str

    @property
    def short(self) -> bool:
        """Too short for trigrams: looked for at the beginning of names and IDs only."""
        return all(len(word) < TRIGRAM for word in self.words) and len(self.compact) < TRIGRAM

    @property
    def code(self) -> bool:
        """Looks like a whole code or an address: if one begins so, that is what is meant, and nothing else is looked for."""
        digits = any(letter.isdigit() for letter in self.text)
        other = any(letter.isalpha() or letter in "@_" for letter in self.text)
        return len(self.words) == 1 and len(self.text) > TRIGRAM and other and (digits or "@" in self.text)

    def rare(self, word: str) -> list[str]:
        """Give the pieces of a word to ask the trigram index for: those with digits, where a code or an address has some.

        The rest of such a word ("@example", "cust-") is made of trigrams that stand in every document, and costs most.
        """
        pieces = [piece for piece in _PIECES.findall(word) if len(piece) >= TRIGRAM]
        numbered = [piece for piece in pieces if any(letter.isdigit() for letter in piece)]
        return numbered if numbered and numbered != [word] else [word]


def read(query: str) -> Terms | None:
    """Take a typed line apart; None when it holds nothing to look for."""
    typed = clean_line(query)[:MAX_LENGTH].strip()
    text = fold(typed)
    words = tuple(dict.fromkeys(text.split()))[:MAX_WORDS]
    if not words:
        return None
    return Terms(text, words, _compact(text, words), typed)


def _compact(text: str, words: tuple[str, ...]) -> str:
    """Write a phone number or a tax ID that was typed in groups as one; a national 0 or an international 00 goes."""
    joined = _PUNCTUATION.sub("", text)
    digits = sum(letter.isdigit() for letter in joined)
    if digits < 5 or digits * 2 < len(joined) or joined == text:
        return ""
    return joined.lstrip("0") if joined.isdigit() and len(words) > 1 else joined
