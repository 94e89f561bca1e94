"""An issued statement as a table for spreadsheets and programs."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from portal.domain.imports.report import harmless
from portal.domain.ledger import REASONS
from portal.domain.statements import codes
from portal.domain.statements.reading import entries
from portal.model import Statement
from portal.values import locales, money

COLUMNS = ("line", "number", "posted_at", "what", "text", "reference", "amount", "balance", "currency", "statement")
_LINES_A_PIECE = 500


def csv_pieces(session: Session, statement: Statement) -> Iterator[str]:
    """Write a statement as CSV (RFC 4180), piece by piece: a mark for Excel, the names, opening, entries, closing.

    Times are ISO 8601 with the offset of the statement's zone, amounts as in "-1307.25". No cell is one that a spreadsheet
    would run.
    """
    code = codes.grouped(statement.code)
    zone = locales.zone(statement.time_zone)

    def line(kind: str, at: datetime, balance: int, *, number="", what="", text="", reference="", amount="") -> tuple:
        words = (harmless(word) for word in (what, text, reference))
        figures = (amount, money.machine_amount(balance, statement.currency), statement.currency)
        return (kind, number, at.astimezone(zone).isoformat(timespec="seconds"), *words, *figures, code)

    def lines() -> Iterator[tuple]:
        yield COLUMNS
        yield line("opening", statement.starts_at, statement.opening, what="Opening balance")
        for entry in entries(session, statement):
            yield line(
                "entry",
                entry.posted_at,
                entry.balance_after,
                number=entry.seq,
                what=REASONS[entry.reason].customer_label,
                text=entry.customer_text,
                reference=entry.reference,
                amount=money.machine_amount(entry.amount, statement.currency),
            )
        yield line("closing", statement.ends_at, statement.closing, what="Closing balance")

    return _pieces(lines())


def _pieces(lines: Iterator[tuple]) -> Iterator[str]:
    out = io.StringIO("\ufeff")
    out.seek(1)
    writer = csv.writer(out)
    for number, line in enumerate(lines, 1):
        writer.writerow(line)
        if number % _LINES_A_PIECE == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()
