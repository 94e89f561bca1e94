"""A file as rows: decoded, divided and limited while it streams, so that memory stays flat whatever is in it."""

import csv
import io
from collections.abc import Iterable, Iterator

from portal.domain import columns
from portal.domain.errors import Refusal
from portal.domain.imports.sniffing import refuse_what_is_no_text
from portal.values.text import quoted

MAX_FIELD = 64 * 1024
MAX_ROW = 256 * 1024
MAX_COLUMNS = 200
MAX_ROWS = 2_000_000
DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SNIFFED = 64 * 1024


class Unreadable(Refusal):
    """The file is not one that can be read as CSV: nothing of it is kept."""

    sentence = "This file cannot be read as CSV."


class CsvFile:
    """One CSV file being read. Iterating gives (row, cells); rows count as a spreadsheet shows them, the header is row 1.

    `content` gives the file's bytes in pieces of any size; `added` finds columns beside ours. After making it, `header`,
    `delimiter` and `mapping` are known.

    :raises Unreadable: when made, or while iterating, at the first thing that is not CSV.
    """

    encoding = "UTF-8"

    def __init__(self, kind: str, content: Iterable[bytes], added: columns.Headings | None = None):
        self.kind = kind
        self._lines = 0
        self._length = 0
        self._row = 0
        raw = _Pieces(content)
        head = raw.peek(_SNIFFED)
        refuse_what_is_no_text(head, Unreadable)
        self._text = io.TextIOWrapper(io.BufferedReader(raw, 64 * 1024), encoding="utf-8-sig", errors="strict", newline="")
        first = self._first_line()
        self.delimiter = _delimiter(kind, first, added)
        self._reader = csv.reader(self._following(first), delimiter=self.delimiter)
        self.header = self._header()
        self.mapping = columns.map_header(kind, self.header, added)
        self._refuse_header()

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        any_rows = False
        while (cells := self._next()) is not None:
            if self._row - 1 > MAX_ROWS:
                raise Unreadable(f"The file has more than {MAX_ROWS:,} rows. Divide it and import the parts.")
            if not any(cells):
                continue
            if len(cells) > MAX_COLUMNS:
                raise Unreadable(f"Row {self._row:,} has {len(cells):,} columns; at most {MAX_COLUMNS} are read.")
            any_rows = True
            yield self._row, cells
        if not any_rows:
            raise Unreadable("The file has a header and no rows.")

    def _header(self) -> list[str]:
        while (cells := self._next()) is not None:
            if any(cell.strip() for cell in cells):
                if len(cells) > MAX_COLUMNS:
                    raise Unreadable(f"The header has {len(cells):,} columns; at most {MAX_COLUMNS} are read.")
                return cells
        raise Unreadable("The file is empty.")

    def _refuse_header(self) -> None:
        found = self.mapping
        if not found.places:
            ours = ", ".join(list(columns.CONTRACT[self.kind])[:3])
            begins = next(cell for cell in self.header if cell.strip())
            raise Unreadable(
                f"The first line names no column that is known here; it begins with {quoted(begins)}. Put a header above, as in {ours}."
            )
        if found.twice:
            title, first, second = found.twice
            raise Unreadable(f"The column {quoted(title)} stands twice in the header, at places {first} and {second}. Leave one of them.")
        missing = [column for column in columns.REQUIRED[self.kind] if column not in found.places]
        if self.kind == "contacts" and not {"customer_external_id", "customer_email"} & set(found.places):
            missing.append("customer_external_id")
        if missing:
            raise Unreadable(f"The header has no column {' and no '.join(missing)}; it is needed.")

    def _next(self) -> list[str] | None:
        """Read one row of the file; None after the last."""
        self._row += 1
        try:
            cells = next(self._reader, None)
        except csv.Error as error:
            raise Unreadable(self._csv_fault(str(error))) from None
        except UnicodeDecodeError as error:
            raise Unreadable(self._decoding_fault(error)) from None
        if self._length > MAX_FIELD and cells and max(map(len, cells)) > MAX_FIELD:
            raise Unreadable(f"Row {self._row:,} has a cell of more than {MAX_FIELD // 1024} kB. Is a quotation mark missing?")
        self._length = 0
        return cells

    def _first_line(self) -> str:
        try:
            while (line := self._checked(self._text.readline(MAX_ROW + 1))) and not line.strip():
                self._row += 1
        except UnicodeDecodeError as error:
            raise Unreadable(self._decoding_fault(error)) from None
        if not line:
            raise Unreadable("The file is empty.")
        return line

    def _following(self, first: str) -> Iterator[str]:
        yield first
        readline, checked = self._text.readline, self._checked
        while line := readline(MAX_ROW + 1):
            yield checked(line)

    def _checked(self, line: str) -> str:
        self._lines += 1
        self._length += len(line)
        if self._length > MAX_ROW:
            if self._row <= 1:
                raise Unreadable(f"The first line is longer than {MAX_ROW // 1024} kB. This is not a table of customers.")
            raise Unreadable(f"Row {self._row:,} is longer than {MAX_ROW // 1024} kB. Is a quotation mark missing?")
        if "\0" in line:
            raise Unreadable(f"Line {self._lines:,} has NUL characters in it. Save the file as CSV in UTF-8.")
        return line

    def _decoding_fault(self, error: UnicodeDecodeError) -> str:
        before = error.object[: error.start]
        line = self._lines + before.count(b"\n") + 1
        after = before.rsplit(b"\n", 1)[-1].decode("utf-8", "ignore")[-12:].lstrip()
        where = f" after {quoted(after)}" if after else ""
        return f"Line {line:,} is not UTF-8: byte {error.object[error.start]:#04x}{where}. Save the file as UTF-8."

    def _csv_fault(self, words: str) -> str:
        if "field larger" in words:
            return f"Row {self._row:,} has a cell of more than {MAX_FIELD // 1024} kB. Is a quotation mark missing?"
        return f"Row {self._row:,} cannot be divided into cells. Is a quotation mark missing?"


class _Pieces(io.RawIOBase):
    """Bytes that come in pieces, as a stream."""

    def __init__(self, content: Iterable[bytes]):
        self._pieces = iter(content)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def peek(self, size: int) -> bytes:
        """Look at the beginning without taking it."""
        while len(self._rest) < size and (piece := next(self._pieces, b"")):
            self._rest += piece
        return self._rest[:size]

    def readinto(self, buffer) -> int:
        piece = self._rest or next(self._pieces, b"")
        size = min(len(buffer), len(piece))
        buffer[:size] = piece[:size]
        self._rest = piece[size:]
        return size


def _delimiter(kind: str, first: str, added: columns.Headings | None) -> str:
    """Choose the delimiter under which the header has most of our columns."""

    def score(delimiter: str) -> tuple[int, int]:
        titles = next(csv.reader([first.rstrip("\r\n")], delimiter=delimiter), [])
        return len(columns.map_header(kind, titles[:MAX_COLUMNS], added).places), len(titles)

    try:
        return max(DELIMITERS, key=score)
    except csv.Error:
        return ","
