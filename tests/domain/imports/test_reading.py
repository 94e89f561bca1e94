"""What is read as CSV, and what is refused, in a sentence, before memory or time are spent on it."""

import resource
import zipfile
from io import BytesIO

import pytest

from portal.domain import columns
from portal.domain.imports import CsvFile, Unreadable

HEADER = b"customer_name,external_id,email\n"


def read(*pieces: bytes, kind: str = "customers") -> list[tuple[int, list[str]]]:
    return list(CsvFile(kind, pieces))


def zipped() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "x")
    return out.getvalue()


def one_line_without_end():
    yield HEADER
    while True:
        yield b"a" * 65536


HOSTILE = {
    "empty": ([b""], "The file is empty."),
    "white space only": ([b" \r\n\r\n "], "The file is empty."),
    "only a mark": ([b"\xef\xbb\xbf"], "The file is empty."),
    "only a header": ([HEADER], "a header and no rows"),
    "a picture": ([b"\x89PNG\r\n\x1a\n" + b"\0" * 100], "picture (PNG)"),
    "a PDF": ([b"%PDF-1.7\n%\xe2\xe3"], "This is a PDF"),
    "a workbook": ([zipped()], "Excel workbook"),
    "an old workbook": ([b"\xd0\xcf\x11\xe0" + b"x" * 50], "old Excel workbook"),
    "gzip": ([b"\x1f\x8b\x08" + b"x" * 50], "gzip"),
    "UTF-16 with a mark": (["customer_name\nAda\n".encode("utf-16")], "UTF-16"),
    "UTF-16 without a mark": (["customer_name\nAda\n".encode("utf-16-le")], "UTF-16"),
    "a sign-in page": ([b"<!DOCTYPE html><html></html>"], "a page or an XML file"),
    "JSON": ([b'{"customers": []}'], "JSON"),
    "Latin-1": ([HEADER + b"Ada,1,\nJos\xe9,2,\n"], "Line 3 is not UTF-8: byte 0xe9 after “Jos”. Save the file as UTF-8."),
    "NULs": ([HEADER + b"Ada\0,1,\n"], "Line 2 has NUL characters"),
    "a line without end": (one_line_without_end(), "Row 2 is longer than 256 kB"),
    "a header without end": ((b"x," * 32768 for _ in range(100)), "The first line is longer than 256 kB"),
    "more columns than are read": (
        [b"customer_name" + b"," * 200_000 + b"\nAda\n"],
        "The header has 200,001 columns; at most 200 are read.",
    ),
    "a million columns": ([b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n"], "The first line is longer than 256 kB"),
    "three hundred columns": ([b",".join(b"c%d" % n for n in range(300)) + b"\n1\n"], "The header has 300 columns"),
    "a row of three hundred cells": ([HEADER + b"," * 300 + b"x\n"], "Row 2 has 301 columns"),
    "an open quotation mark": ([HEADER + b'Ada,"1,\n' + b"Bob,2,\n" * 50_000], "Is a quotation mark missing?"),
    "a huge cell": ([HEADER + b"x" * 100_000 + b",1,\n"], "Row 2 has a cell of more than 64 kB"),
    "a header that stands twice": ([b"customer_name,email,email\nAda,a@b.example,c@d.example\n"], "“email” stands twice"),
    "no header": ([b"Ivan Chatterjee,crm_1,ivan@example.com\n"], "names no column that is known here; it begins with “Ivan Chatterjee”"),
    "no name": ([b"external_id,email\n1,a@b.example\n"], "no column customer_name"),
}


@pytest.mark.parametrize(("pieces", "sentence"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_in_a_sentence_and_with_little_memory(pieces, sentence):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Unreadable) as refusal:
        list(CsvFile("customers", pieces))
    assert sentence in str(refusal.value)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def test_rows_count_as_a_spreadsheet_shows_them():
    rows = read(HEADER, b'Ada,1,\n"B\nob",2,\n,,\n\nCay,3,\n')
    assert [(row, cells[0]) for row, cells in rows] == [(2, "Ada"), (3, "B\nob"), (6, "Cay")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen_from_the_header(delimiter):
    text = "customer_name,email\n".replace(",", delimiter) + f"Ada{delimiter}a@b.example\n"
    file = CsvFile("customers", [text.encode()])
    assert file.delimiter == delimiter
    assert list(file) == [(2, ["Ada", "a@b.example"])]


def test_a_mark_of_utf_8_and_other_line_ends_are_read():
    assert read(b"\xef\xbb\xbfcustomer_name,email\r\nAda,\r\n") == [(2, ["Ada", ""])]
    assert read(b"customer_name,email\rAda,\rBob,") == [(2, ["Ada", ""]), (3, ["Bob", ""])]


def test_pieces_may_end_inside_a_letter():
    content = HEADER + "Grünwald & Jørgensen,1,\n".encode()
    assert read(*(content[at : at + 1] for at in range(len(content)))) == [(2, ["Grünwald & Jørgensen", "1", ""])]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (["Name", "Customer ID", "Main Email", "ZIP"], ["customer_name", "external_id", "email", "zip_code"]),
        (["id", "Email", "Name", "Address Line1", "Address Postal Code"], [
            "external_id", "email", "customer_name", "address_line1", "zip_code",
        ]),
        (["billing_address[city]", "company", "cf", "email"], ["city", "customer_name", "custom_data", "email"]),
        (["Record ID", "Company name", "Street Address", "State/Region", "Phone Number"], [
            "external_id", "customer_name", "address_line1", "state", "phone",
        ]),
    ],
)  # fmt: skip
def test_headers_of_other_systems_are_known(header, found):
    places = columns.map_header("customers", header).places
    assert sorted(places, key=places.get) == found


def test_our_own_name_wins_over_a_synonym_and_the_rest_is_left_out():
    mapping = columns.map_header("customers", ["Company", "customer_name", "region_old"])
    assert mapping.places == {"customer_name": 1}
    assert mapping.left_out == ["Company", "region_old"]


def test_of_a_header_without_end_only_the_columns_that_are_read_are_looked_at():
    asked = []

    class Counting:
        def find(self, title):
            asked.append(title)

    with pytest.raises(Unreadable, match="The header has 30,001 columns"):
        CsvFile("customers", [b"customer_name" + b",c" * 30_000 + b"\nAda\n"], Counting())
    assert 0 < len(asked) <= 4 * 200
