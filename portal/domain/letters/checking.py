"""Whether words fit their letter: each fault with its field, its line and a sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from portal.domain.letters import formats
from portal.domain.letters.catalogue import LINK_WORDS, Letter
from portal.domain.letters.markup import Block, Inline, MarkupWrong, Named, named, parse, parse_line
from portal.domain.letters.words import Words

LONGEST = {"subject": 200, "preheader": 300, "body": 20_000}
_WEB_ADDRESS = re.compile(r"(?:https?:|www\.|javascript:|data:)\S*", re.IGNORECASE)


@dataclass(frozen=True)
class Fault:
    """What is wrong: in the field subject, preheader or body, there on which line, counted from 1."""

    field: str
    line: int
    sentence: str


def check(letter: Letter, words: Words) -> list[Fault]:
    """List what keeps words from being a letter; none when they can be sent."""
    faults = [*_line("subject", words.subject, letter), *_line("preheader", words.preheader, letter)]
    if len(words.body) > LONGEST["body"]:
        return [*faults, Fault("body", 1, f"This is {len(words.body):,} characters long; {LONGEST['body']:,} fit.")]
    if not words.body.strip():
        return [*faults, Fault("body", 1, "The words are missing.")]
    try:
        blocks = parse(words.body)
    except MarkupWrong as wrong:
        return [*faults, Fault("body", wrong.line, wrong.sentence)]
    return [*faults, *_web_addresses(words.body), *_blocks(blocks, letter), *_needed(blocks, letter)]


def links_of(letter: Letter) -> dict[str, str]:
    """Give the links that the words may lead to, each with what it does."""
    return {name: LINK_WORDS[name] for name in (*letter.wanted, "portal")}


def _line(field: str, text: str, letter: Letter) -> Iterator[Fault]:
    if not text.strip():
        yield Fault(field, 1, f"The {field} is missing.")
        return
    if len(text.strip().splitlines()) > 1:
        yield Fault(field, 1, f"A {field} stands on one line.")
        return
    if len(text) > LONGEST[field]:
        yield Fault(field, 1, f"This is {len(text)} characters long; {LONGEST[field]} fit.")
        return
    try:
        nodes = parse_line(text)
    except MarkupWrong as wrong:
        yield Fault(field, 1, wrong.sentence)
        return
    if "**" in text:
        yield Fault(field, 1, f"A {field} has one weight: leave ** out.")
    if found := _WEB_ADDRESS.search(text):
        yield Fault(field, 1, _NO_ADDRESS.format(found[0]))
    if any("." in node.name for node in named(nodes)):
        yield Fault(field, 1, f"A {field} cannot hold a part of each row.")
    yield from (Fault(field, 1, sentence) for sentence in _unknown(nodes, letter))


_NO_ADDRESS = "“{}” cannot stand here: a letter leads only where its links lead."


def _web_addresses(body: str) -> Iterator[Fault]:
    for number, text in enumerate(body.splitlines(), 1):
        if found := _WEB_ADDRESS.search(text):
            yield Fault("body", number, _NO_ADDRESS.format(found[0]))


def _blocks(blocks: tuple[Block, ...], letter: Letter) -> Iterator[Fault]:
    links = links_of(letter)
    for block in blocks:
        if block.kind == "button" and block.link not in links:
            yield Fault("body", block.line, f"There is no link “{block.link}” here. There {_list(list(links))}.")
        if block.kind == "table" and any(line.total for line in block.lines[:-1]):
            yield Fault("body", block.line, "The sum (|=) is the last row of its table.")
        for line in block.lines:
            lists = set()
            for cell in line.cells:
                yield from (Fault("body", line.number, sentence) for sentence in _unknown(cell, letter))
                lists |= {node.name.partition(".")[0] for node in named(cell) if "." in node.name}
            if len(lists) > 1:
                yield Fault("body", line.number, "One line speaks of the rows of one list only.")


def _unknown(nodes: Inline, letter: Letter) -> Iterator[str]:
    """Say of each variable that is not there, or cannot be written so, which there are."""
    known = letter.known
    for node in named(nodes):
        variable = known.get(node.name)
        if variable is None:
            yield f"There is no {{{node.name}}} here. There {_list([f'{{{name}}}' for name, one in known.items() if one.kind != 'flag'])}."
        elif isinstance(node, Named) and variable.kind == "flag":
            yield f"{{{node.name}}} is not written, it is asked: [[{{?{node.name}}}…]] or [[{{!{node.name}}}…]]."
        elif isinstance(node, Named) and node.style not in formats.KINDS[variable.kind]:
            ways = [f"{{{node.name}{':' if style else ''}{style}}}" for style in formats.KINDS[variable.kind]]
            yield f"{{{node.name}}} cannot be written as “{node.style}”. There {_list(ways)}."


def _needed(blocks: tuple[Block, ...], letter: Letter) -> Iterator[Fault]:
    last = max(line.number for block in blocks for line in block.lines)
    there = {block.link for block in blocks if block.kind == "button"}
    for link in letter.wanted:
        if link not in there:
            yield Fault("body", last, f"Without its link this letter is of no use. Write on a line of its own: [What it does]({link}).")
    if letter.code:
        always = {node.name for block in blocks for line in block.lines for cell in line.cells for node in named(cell, always=True)}
        if "code" not in always:
            yield Fault("body", last, "Without its code this letter is of no use. Write {code} on a line of its own.")


def _list(names: list[str]) -> str:
    return f"{'are' if len(names) > 1 else 'is'}: {', '.join(names)}"
