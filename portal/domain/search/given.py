"""What a typed line becomes as parameters: its words, the ranges of keys that begin with it, and the full-text query."""

from portal.domain.search.terms import TRIGRAM, Terms

LAST = "\U0010ffff"


def full_text(terms: Terms) -> str:
    """Write the FTS5 query: every word that is long enough, or the line as one number."""
    pieces = [piece for word in terms.words if len(word) >= TRIGRAM for piece in terms.rare(word)]
    ways = [" AND ".join(map(_quoted, pieces))] if pieces else []
    if terms.compact:
        ways.append(_quoted(terms.compact))
    return " OR ".join(f"({way})" for way in ways)


def range_values(terms: Terms) -> dict[str, str]:
    """Give where the ranges of keys begin and end that begin with the line."""
    starts = {
        "name": terms.text,
        "id0": terms.typed,
        "id1": terms.typed.lower(),
        "id2": terms.typed.upper(),
        "tax": (terms.compact or terms.text).upper(),
    }
    return {f"{name}_from": start for name, start in starts.items()} | {f"{name}_to": start + LAST for name, start in starts.items()}


def rank_values(terms: Terms) -> dict[str, str]:
    """Give what a line of a document is, or begins with, for a better rank."""
    values = {}
    for number, line in enumerate(filter(None, (terms.text, terms.compact))):
        values |= {f"exact{number}": f"\n{line}\n", f"begins{number}": f"\n{line}"}
    return values


def word_values(terms: Terms) -> dict[str, str]:
    """Give the patterns that a document must hold."""
    values = {f"word{number}": f"%{_escaped(word)}%" for number, word in enumerate(terms.words)}
    return values | ({"compact": f"%{_escaped(terms.compact)}%"} if terms.compact else {})


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def _escaped(line: str) -> str:
    return line.replace("/", "//").replace("%", "/%").replace("_", "/_")
