"""A statement on paper has every figure, in every script that names are met in."""

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader

from portal.domain import statements
from portal.domain.statements import paper, square
from portal.model import BusinessEntity, Customer
from tests.domain.statements.conftest import NOW

VERIFY = "https://portal.example/verify/7F3K-09QD-XW2M-HT5A-1B6C"


@pytest.fixture
def printed(session, cast):
    """Print a statement: printed(statement, locale=, address=, tagged=) gives its reader and its text."""

    def print_it(statement, *, locale="en", address=None, tagged=True):
        customer = session.get_one(Customer, cast.own.id)
        entity = session.get_one(BusinessEntity, cast.entity.id)
        copy = paper.copy(session, statement, customer=customer, entity=entity, address=address, verify=VERIFY, locale=locale)
        reader = PdfReader(io.BytesIO(paper.press(copy, tagged=tagged)))
        return reader, re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))

    return print_it


def test_the_paper_has_every_figure_and_the_code(session, cast, history, october, printed):
    made = statements.issue(session, history, *october, time_zone="Europe/Berlin", by=cast.person())
    address = {"line1": "Torstraße 140", "city": "Berlin", "postal_code": "10119", "country": "DE"}
    reader, words = printed(made, address=address)
    for wanted in (
        *("Northwind Billing GmbH, Torstraße 140, 10119 Berlin", "Grünwald & Jørgensen GmbH", "CUST-57", "10119 Berlin"),
        *("Statement", "1 Oct 2026 – 31 Oct 2026", "Europe/Berlin", "Opening balance", "1,000.00", "Closing balance", "1,580.35"),
        *("+2,500.00", "−612.40", "−1,307.25", "3,500.00", "2,887.60", "INV-2026-0988", "−1,919.65", "3 entries"),
        *(statements.grouped(made.code), "https://portal.example/verify", "Page 1 of 1"),
    ):
        assert wanted in words, wanted
    assert "Hush" not in words
    assert reader.metadata.title == "Statement, 1 Oct 2026 – 31 Oct 2026"
    assert "/StructTreeRoot" in reader.trailer["/Root"]


def test_amounts_and_days_are_written_as_the_reader_writes_them(session, cast, history, october, printed):
    made = statements.issue(session, history, *october, time_zone="Europe/Berlin", by=cast.person())
    _, german = printed(made, locale="de")
    assert "1.580,35" in german
    assert "31.10.2026" in german
    _, japanese = printed(made, locale="ja")
    assert "2026/10/31" in japanese


def test_a_period_that_was_not_over_says_when_it_ended(session, cast, history, printed):
    made = statements.issue(session, history, NOW - timedelta(days=60), NOW, time_zone="UTC", by=cast.person())
    assert "The period ends with this statement: 23 Nov 2026, 09:00." in printed(made)[1]


@pytest.mark.parametrize(
    "text",
    [
        "Łódź Čačak Ğ ơ",
        "Ελληνικά",
        "Кириллица",
        "請求書",
        "おおさか",
        "한국어",
        "简体中文",
        "עברית",
        "ไทย",
        "فاتورة",
        "हिन्दी",
        "#strong[x] $1$ *_`",
    ],
)
def test_names_of_many_scripts_are_set_and_nothing_is_run(session, cast, wallet, post, printed, text):
    post(wallet, NOW - timedelta(hours=1), 100, customer_text=text)
    made = statements.issue(session, wallet, NOW - timedelta(days=1), NOW, time_zone="UTC", by=cast.person())
    reader, words = printed(made)
    fonts = {
        descendant.get_object()["/FontDescriptor"].get_object()["/FontName"]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
        for descendant in font.get_object().get("/DescendantFonts", [])
    }
    assert not any("Libertinus" in name for name in fonts), f"{text} fell back on a font that is not ours: {fonts}"
    if text.startswith("#") or text.isascii():
        assert text in words
    if text in {"Ελληνικά", "Кириллица", "請求書", "한국어", "简体中文"}:
        assert text in words


def test_a_long_statement_runs_over_pages_that_are_counted(session, cast, wallet, post, printed):
    for n in range(70):
        post(wallet, NOW - timedelta(hours=1), 100 + n, customer_text="x" * 250)
    made = statements.issue(session, wallet, NOW - timedelta(days=1), NOW, time_zone="UTC", by=cast.person())
    reader, words = printed(made, tagged=False)
    assert len(reader.pages) > 4
    assert words.count("Balance, EUR") == len(reader.pages)
    assert f"Page {len(reader.pages)} of {len(reader.pages)}" in words
    assert "/StructTreeRoot" not in reader.trailer["/Root"]


def test_a_press_that_fails_says_so():
    with pytest.raises(paper.PressFailed):
        paper.press("{}", tagged=False)


def test_the_square_is_drawn_with_its_quiet_zone():
    drawn = square.square(VERIFY)
    assert drawn.size >= 21 + 8
    assert drawn.path.startswith(f"M{square.QUIET} {square.QUIET}h7v1h-7z")
    assert square.svg(VERIFY).count("<path") == 2
