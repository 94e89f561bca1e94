r"""The plain markup that letters are written in, read into a tree. Nothing in it runs.

A blank line ends a paragraph. `**bold**`; `- ` and `1. ` begin the items of a list, `^ ` small print, `| what | figure` a row
of a table and `|= what | figure` its sum. `[Label](link)` on a line of its own is a button. `{name}` is a variable and
`{name:style}` one written in another style; `[[…]]` is left out when a variable in it has nothing to say, and `{?name}`,
`{!name}` keep it only if a variable has something, or nothing, to say. A backslash takes the next sign as it is.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"\\(?P<sign>[\\*{}\[\]|^#.-])|\*\*|\[\[|\]\]|\{(?P<name>[^{}]*)\}|[{}]")
_NAME = re.compile(r"(?P<mark>[?!]?)(?P<name>[a-z][a-z_]*(?:\.[a-z][a-z_]*)?)(?::(?P<style>[a-z]+))?")
_BUTTON = re.compile(r"\[(?P<label>[^\[].*|)\]\((?P<link>[^()]*)\)")
_LIKE_BUTTON = re.compile(r"(?<![\\\[])\[[^\[\]]*\]\(")
_ITEM = re.compile(r"(?P<mark>- |\d{1,3}\. |\^ |\|=|\|)")


class MarkupWrong(ValueError):
    """A line that cannot be read; `line` counts from 1."""

    def __init__(self, line: int, sentence: str):
        super().__init__(sentence)
        self.line, self.sentence = line, sentence


@dataclass(frozen=True)
class Said:
    """Words as they are."""

    text: str


@dataclass(frozen=True)
class Named:
    """A variable, written in a style of its kind; `style` is empty for the usual one."""

    name: str
    style: str
    line: int


@dataclass(frozen=True)
class Asked:
    """A condition on the passage it stands in: that a variable has something to say, or has not (`wanted` False)."""

    name: str
    wanted: bool
    line: int


@dataclass(frozen=True)
class Bold:
    inside: tuple


@dataclass(frozen=True)
class Passage:
    """What is left out as a whole."""

    inside: tuple


Inline = tuple[Said | Named | Asked | Bold | Passage, ...]


@dataclass(frozen=True)
class Line:
    """One line of a block: its words, or of a table row its two cells; `total` marks the sum."""

    number: int
    cells: tuple[Inline, ...]
    total: bool = False


@dataclass(frozen=True)
class Block:
    """A part of the body: paragraph, small, list, numbers, table, button (`link` names where it leads) or code."""

    kind: str
    lines: tuple[Line, ...]
    link: str = ""

    @property
    def line(self) -> int:
        return self.lines[0].number


_KINDS = {"-": "list", "^": "small", "|": "table"}


@lru_cache(maxsize=512)
def parse(body: str) -> tuple[Block, ...]:
    """Read a body into its blocks.

    :raises MarkupWrong: for the first line that cannot be read.
    """
    blocks: list[Block] = []
    ended = True
    for number, text in enumerate(body.splitlines(), 1):
        if not text.strip():
            ended = True
            continue
        kind, line, link = _read(text.strip(), number)
        goes_on = blocks and not ended and blocks[-1].kind == kind and kind not in ("button", "code")
        if goes_on:
            blocks[-1] = Block(kind, (*blocks[-1].lines, line))
        else:
            blocks.append(Block(kind, (line,), link))
        ended = False
    return tuple(blocks)


@lru_cache(maxsize=512)
def parse_line(text: str, number: int = 1) -> Inline:
    """Read words on one line: a subject, a preheader.

    :raises MarkupWrong: when they cannot be read.
    """
    nodes, _ = _Inline(text, number).read()
    return nodes


def named(nodes: Inline, *, always: bool = False) -> list[Named | Asked]:
    """List the variables in words; `always`: only those that no passage can leave out."""
    found: list[Named | Asked] = []
    for node in nodes:
        match node:
            case Named() | Asked():
                found.append(node)
            case Bold(inside):
                found += named(inside, always=always)
            case Passage(inside) if not always:
                found += named(inside)
    return found


def _read(text: str, number: int) -> tuple[str, Line, str]:
    """Read one line: its kind, its words, where it leads."""
    if button := _BUTTON.fullmatch(text):
        return _button(button, number)
    if _LIKE_BUTTON.search(text):
        raise MarkupWrong(number, "A link stands on a line of its own and is closed: [What it does](where_it_leads).")
    if re.fullmatch(r"\{code\}", text):
        return "code", Line(number, (parse_line(text, number),)), ""
    mark = found["mark"] if (found := _ITEM.match(text)) else ""
    rest = text[len(mark) :].strip()
    if mark.startswith("|"):
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", rest.removesuffix("|"))]
        if len(cells) != 2:
            raise MarkupWrong(number, "A row has two cells: | what it is | how much.")
        return "table", Line(number, tuple(parse_line(cell, number) for cell in cells), total=mark == "|="), ""
    kind = "numbers" if mark[:1].isdigit() else _KINDS.get(mark.strip(), "paragraph")
    return kind, Line(number, (parse_line(rest, number),)), ""


def _button(found: re.Match, number: int) -> tuple[str, Line, str]:
    if not found["label"].strip():
        raise MarkupWrong(number, "This link has no words to press. Write them between [ and ].")
    label = parse_line(found["label"].strip(), number)
    if any(isinstance(node, Bold | Passage | Asked) for node in label):
        raise MarkupWrong(number, "The words of a link are plain: no ** and no [[ ]].")
    if any("." in node.name for node in named(label)):
        raise MarkupWrong(number, "The words of a link cannot hold a part of each row.")
    return "button", Line(number, (label,)), found["link"].strip()


class _Inline:
    """A descent through one line's signs."""

    def __init__(self, text: str, number: int):
        self._text, self._number = text, number
        self._tokens = list(_TOKEN.finditer(text))
        self._at = self._next = 0

    def read(self, end: str = "", around: str = "") -> tuple[Inline, str]:
        """Read up to the sign `end`, or to the end of the line; `around` are the signs that are open already."""
        nodes: list = []
        while self._next < len(self._tokens):
            token = self._tokens[self._next]
            self._next += 1
            self._say(nodes, self._text[self._at : token.start()])
            self._at = token.end()
            sign = token[0]
            if sign == end:
                return tuple(nodes), sign
            if token["sign"]:
                self._say(nodes, token["sign"])
            elif token["name"] is not None:
                nodes.append(self._variable(token["name"], "[[" in around + end))
            elif sign in ("**", "[["):
                nodes.append(self._open(sign, around + end))
            else:
                raise MarkupWrong(self._number, _STRAY[sign])
        self._say(nodes, self._text[self._at :])
        self._at = len(self._text)
        if end:
            raise MarkupWrong(self._number, _UNCLOSED[end])
        return tuple(nodes), ""

    def _open(self, sign: str, around: str) -> Bold | Passage:
        if sign == "**":
            if "**" in around:
                raise MarkupWrong(self._number, _UNCLOSED["**"])
            inside, _ = self.read("**", around)
            return Bold(inside)
        if "[[" in around or "]]" in around:
            raise MarkupWrong(self._number, "A passage in [[ ]] cannot hold another one.")
        inside, _ = self.read("]]", around + "[[")
        if not named(inside):
            raise MarkupWrong(self._number, "A passage in [[ ]] names a variable: without what it would be left out.")
        return Passage(inside)

    def _variable(self, text: str, in_passage: bool) -> Named | Asked:
        found = _NAME.fullmatch(text.strip())
        if found is None:
            raise MarkupWrong(self._number, f"{{{text}}} is no name: small letters and _ only, as in {{customer_name}}.")
        if not found["mark"]:
            return Named(found["name"], found["style"] or "", self._number)
        if not in_passage:
            raise MarkupWrong(self._number, f"{{{text}}} decides about a passage: it stands inside [[ ]].")
        return Asked(found["name"], found["mark"] == "?", self._number)

    def _say(self, nodes: list, text: str) -> None:
        if not text:
            return
        if nodes and isinstance(nodes[-1], Said):
            nodes[-1] = Said(nodes[-1].text + text)
        else:
            nodes.append(Said(text))


_UNCLOSED = {"**": "A ** is not closed on its line.", "]]": "A [[ is not closed on its line."}
_STRAY = {
    "]]": "There is a ]] without its [[.",
    "{": "A { is not closed. A brace as such is written \\{.",
    "}": "There is a } without its {. A brace as such is written \\}.",
}
