"""A letter's tree with the facts put in: what is left is words, bold or not, and where buttons lead. Facts are never read as markup."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from portal.domain.letters import formats
from portal.domain.letters.catalogue import Variable
from portal.domain.letters.formats import Reader
from portal.domain.letters.markup import Asked, Block, Bold, Inline, Line, Named, Passage, Said, named

_SPACES = re.compile(" {2,}")
_FIGURE = re.compile(r"[+−]?\d[\d.,’'\s]*(?:\s[A-Z]{3})?")
_FULL_STOP_TWICE = re.compile(r"([.!?…。]\s?[”“\"'’»])\.")


class FactMissing(LookupError):
    """What the words speak of is not there."""


@dataclass(frozen=True)
class Run:
    """Words in one weight; `text` may hold line breaks."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Part:
    """A filled block: its lines, each one or two cells of runs; where its button leads."""

    kind: str
    lines: tuple[tuple[tuple[Run, ...], ...], ...]
    url: str = ""
    total: bool = False

    @property
    def plain(self) -> list[tuple[str, ...]]:
        """The lines without weight."""
        return [tuple(plain(cell) for cell in cells) for cells in self.lines]

    @property
    def figures(self) -> bool:
        """Whether the second cells of a table are all figures, and stand in one column at the right."""
        return self.total or all(_FIGURE.fullmatch(cells[-1]) for cells in self.plain)


def plain(runs: tuple[Run, ...]) -> str:
    """Give the words of runs without their weight."""
    return "".join(run.text for run in runs)


class Filler:
    """Puts one letter's facts into its words, for one reader."""

    def __init__(self, known: Mapping[str, Variable], facts: Mapping[str, Any], links: Mapping[str, str], reader: Reader):
        self._known, self._facts, self._links, self._reader = known, facts, links, reader

    def parts(self, blocks: tuple[Block, ...]) -> list[Part]:
        """Fill blocks; those that come out without words are left out.

        :raises FactMissing: naming the variable or link.
        """
        filled = (self._part(block) for block in blocks)
        return [part for part in filled if part.lines]

    def line(self, nodes: Inline) -> str:
        """Fill words on one line, without weight."""
        return plain(self._runs(nodes, {}))

    def first(self, name: str) -> str:
        """Write one variable in its usual style; of a list, that of the first row."""
        lines = list(self._lines(Line(1, ((Named(name, "", 1),),))))
        return plain(lines[0][0]) if lines else ""

    def _part(self, block: Block) -> Part:
        lines = tuple(cells for line in block.lines for cells in self._lines(line) if any(plain(cell) for cell in cells))
        url = self._link(block.link) if block.kind == "button" else ""
        return Part(block.kind, lines, url, any(line.total for line in block.lines))

    def _lines(self, line: Line) -> Iterator[tuple[tuple[Run, ...], ...]]:
        """Fill a line; one that speaks of the rows of a fact comes once for each of them."""
        lists = {node.name.partition(".")[0] for cell in line.cells for node in named(cell) if "." in node.name}
        if not lists:
            yield tuple(self._runs(cell, {}) for cell in line.cells)
            return
        of = min(lists)
        for row in self._fact(of):
            yield tuple(self._runs(cell, {f"{of}.{name}": value for name, value in row.items()}) for cell in line.cells)

    def _runs(self, nodes: Inline, row: Mapping[str, Any]) -> tuple[Run, ...]:
        runs: list[Run] = []
        for run in self._walk(nodes, row, bold=False):
            if runs and runs[-1].bold == run.bold:
                runs[-1] = Run(runs[-1].text + run.text, run.bold)
            else:
                runs.append(run)
        runs = [Run(_FULL_STOP_TWICE.sub(r"\1", _SPACES.sub(" ", run.text)), run.bold) for run in runs]
        if runs:
            runs[0] = Run(runs[0].text.lstrip(" "), runs[0].bold)
            runs[-1] = Run(runs[-1].text.rstrip(" "), runs[-1].bold)
        return tuple(run for run in runs if run.text)

    def _walk(self, nodes: Inline, row: Mapping[str, Any], *, bold: bool) -> Iterator[Run]:
        for node in nodes:
            match node:
                case Said(text):
                    yield Run(text, bold)
                case Named():
                    yield Run(self._written(node, row), bold)
                case Bold(inside):
                    yield from self._walk(inside, row, bold=True)
                case Passage(inside):
                    if all(self._says(one, row) for one in named(inside)):
                        yield from self._walk(inside, row, bold=bold)

    def _says(self, node: Named | Asked, row: Mapping[str, Any]) -> bool:
        """Tell whether a variable keeps the passage it stands in."""
        if isinstance(node, Named):
            return bool(self._written(node, row))
        value = self._value(node.name, row)
        kind = self._known[node.name].kind
        said = bool(value) if kind == "flag" or value is None else bool(formats.written(kind, "", value, self._reader))
        return said == node.wanted

    def _written(self, node: Named, row: Mapping[str, Any]) -> str:
        value = self._value(node.name, row)
        currency = row.get(f"{node.name.partition('.')[0]}.currency")  # of a list with money in several
        reader = replace(self._reader, currency=currency) if currency else self._reader
        return "" if value is None else formats.written(self._known[node.name].kind, node.style, value, reader)

    def _value(self, name: str, row: Mapping[str, Any]) -> Any:
        variable = self._known.get(name)
        if variable is None:
            raise FactMissing(name)
        if "." in name:
            return row.get(name)
        if variable.of is not None:
            return variable.of(self._facts)
        return self._facts.get(name) if variable.optional else self._fact(name)

    def _fact(self, name: str) -> Any:
        if self._facts.get(name) is None:
            raise FactMissing(name)
        return self._facts[name]

    def _link(self, name: str) -> str:
        if name not in self._links:
            raise FactMissing(name)
        return self._links[name]
