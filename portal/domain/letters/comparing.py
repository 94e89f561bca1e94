"""Two versions of a letter's words, line by line."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from portal.domain.letters.words import Words


@dataclass(frozen=True)
class Compared:
    """One line: `kind` is same, gone (stood in the first) or new (stands in the second)."""

    kind: str
    text: str


def compare(first: Words, second: Words) -> list[Compared]:
    """List the lines of both, in reading order; what was changed comes as gone, then as new."""
    one, other = _lines(first), _lines(second)
    lines: list[Compared] = []
    for act, a1, a2, b1, b2 in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if act == "equal":
            lines += [Compared("same", text) for text in one[a1:a2]]
        else:
            lines += [Compared("gone", text) for text in one[a1:a2]]
            lines += [Compared("new", text) for text in other[b1:b2]]
    return lines


def _lines(words: Words) -> list[str]:
    return [f"Subject: {words.subject}", f"Preheader: {words.preheader}", "", *words.body.splitlines()]
