"""The problems of an import as a file for a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable

from portal.model import ImportProblem

COLUMNS = ("file", "row", "column", "value", "reason", "suggestion")
_FORMULA = tuple("=+-@\t\r\0＝＋－＠")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\Z").match


def problems_csv(problems: Iterable[ImportProblem]) -> str:
    """Write problems as CSV (RFC 4180): UTF-8 with a mark for Excel at the beginning, no cell that a spreadsheet would run."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for problem in problems:
        words = (problem.column, problem.value, problem.reason, problem.suggestion)
        writer.writerow((problem.file_kind, problem.row, *map(harmless, words)))
    return "\ufeff" + out.getvalue()


def harmless(text: str) -> str:
    """Give a text that a spreadsheet takes for text (CWE-1236); numbers stay numbers."""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER(text) else text
