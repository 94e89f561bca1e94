"""A statement as CSV reads back as the entries, and runs nothing in a spreadsheet."""

import csv
import io
import tracemalloc
from datetime import datetime, timedelta

import pytest

from portal.domain import statements
from portal.domain.statements import table
from portal.values import money
from tests.domain.statements.conftest import NOW


def read_back(pieces) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(pieces).removeprefix("\ufeff"))))


def test_the_lines_are_opening_entries_closing(session, cast, history, october):
    made = statements.issue(session, history, *october, time_zone="Europe/Berlin", by=cast.person())
    written = "".join(statements.csv_pieces(session, made))
    assert written.startswith("\ufeffline,number,posted_at,")
    assert written.count("\r\n") == 6
    lines = read_back([written])
    assert [line["line"] for line in lines] == ["opening", "entry", "entry", "entry", "closing"]
    assert [line["balance"] for line in lines] == ["1000.00", "3500.00", "2887.60", "1580.35", "1580.35"]
    assert lines[0]["posted_at"] == "2026-10-01T00:00:00+02:00"
    assert lines[-1]["posted_at"] == "2026-11-01T00:00:00+01:00"
    assert {line["statement"] for line in lines} == {statements.grouped(made.code)}
    assert "Hush" not in written


def test_the_table_read_back_equals_the_entries(session, cast, history):
    made = statements.issue(session, history, NOW - timedelta(days=99), NOW, time_zone="Asia/Kolkata", by=cast.person())
    lines = [line for line in read_back(statements.csv_pieces(session, made)) if line["line"] == "entry"]
    entries = list(statements.entries(session, made))
    assert [
        (int(line["number"]), datetime.fromisoformat(line["posted_at"]), money.parse_machine_amount(line["amount"], line["currency"]))
        for line in lines
    ] == [(entry.seq, entry.posted_at.replace(microsecond=0), entry.amount) for entry in entries]
    assert [line["text"] for line in lines] == [entry.customer_text for entry in entries]


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "＝1", '"=1"', "a,b\nc", "-5"])
def test_no_cell_is_run_by_a_spreadsheet(session, cast, wallet, post, text):
    post(wallet, NOW, 100, customer_text=text)
    made = statements.issue(session, wallet, NOW - timedelta(days=1), NOW + timedelta(days=1), time_zone="UTC", by=cast.person())
    cell = next(line["text"] for line in read_back(statements.csv_pieces(session, made)) if line["line"] == "entry")
    assert cell.removeprefix("'") == text
    assert not cell.startswith(("=", "+", "@", "\t", "＝"))
    assert cell == "-5" or not cell.startswith("-")


def test_a_long_statement_is_written_in_pieces(session, cast, history, monkeypatch):
    made = statements.issue(session, history, NOW - timedelta(days=99), NOW, time_zone="UTC", by=cast.person())
    monkeypatch.setattr(table, "_LINES_A_PIECE", 2)
    monkeypatch.setattr("portal.domain.statements.reading._PIECE", 4)
    pieces = list(statements.csv_pieces(session, made))
    assert len(pieces) > 3
    assert len(read_back(pieces)) == 8


def test_memory_does_not_grow_with_the_lines():
    def peak(lines: int) -> int:
        tracemalloc.start()
        for _ in table._pieces(("entry", str(n), "x" * 100) for n in range(lines)):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(40_000) < 2 * peak(4_000)
