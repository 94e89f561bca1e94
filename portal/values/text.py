"""Text as it is kept, and as it is compared."""

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not take apart (NFKD), as people type them without the key.
_PLAIN = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n",
    "ĸ": "k", "ə": "e", "ƒ": "f", "&": " ", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"',
    "‐": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
}  # fmt: skip
# Marks of Latin, Greek and Cyrillic, Hebrew points and Arabic vowel signs. The marks of other scripts make another letter.
_MARKS = (*range(0x300, 0x370), *range(0x591, 0x5BE), *range(0x64B, 0x653), 0x670, *range(0x1DC0, 0x1E00), 0x200C, 0x200D, 0xAD)
_TO_PLAIN = {**{ord(letter): plain for letter, plain in _PLAIN.items()}, **dict.fromkeys(_MARKS)}

_CONTROLS = {
    **dict.fromkeys((*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFEFF)),
    0x85: "\n",
    0x2028: "\n",
    0x2029: "\n",
}
_LINE_END = re.compile("\r\n?")


def fold(text: str) -> str:
    """Bring text to the form that search and sort compare: no case, no accents, single spaces, no ampersand."""
    if text.isascii():
        return " ".join(text.lower().replace("&", " ").replace("`", "'").split())
    return _fold_kept(text) if len(text) <= 255 else _fold(text)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(_TO_PLAIN)
    return " ".join(unicodedata.normalize("NFC", plain).split())


# Names repeat; long texts do not, and would fill the memory.
_fold_kept = lru_cache(maxsize=4096)(_fold)


def clean(text: str) -> str:
    """Strip the ends, make line ends `\\n`, and drop control characters (tab stays) and halves of characters."""
    text = text.strip()
    if text.isprintable():
        return text
    return _LINE_END.sub("\n", text).translate(_CONTROLS).strip()


def clean_line(text: str) -> str:
    """Clean a text that is kept on one line: every run of white space becomes one space."""
    return " ".join(clean(text).split())


def quoted(text: str) -> str:
    """Put a value in quotation marks for a sentence, cut to what a sentence can carry."""
    line = clean_line(text)
    return f"“{line[:39]}…”" if len(line) > 40 else f"“{line}”"
