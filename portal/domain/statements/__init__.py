"""Statements of a wallet for any period: read, issued under a code, checked by whoever holds the paper, as PDF and CSV."""

from portal.domain.statements.checking import Check, admit, by_code, check, masked
from portal.domain.statements.codes import grouped
from portal.domain.statements.issuing import PeriodNotBegun, find, issue, of_wallet
from portal.domain.statements.making import PaperBusy, Place, enter, leave
from portal.domain.statements.reading import Page, StatementView, ends_within_day, entries, last_day, page, read
from portal.domain.statements.table import csv_pieces

__all__ = [
    "Check",
    "Page",
    "PaperBusy",
    "PeriodNotBegun",
    "Place",
    "StatementView",
    "admit",
    "by_code",
    "check",
    "csv_pieces",
    "ends_within_day",
    "enter",
    "entries",
    "find",
    "grouped",
    "issue",
    "last_day",
    "leave",
    "masked",
    "of_wallet",
    "page",
    "read",
]
