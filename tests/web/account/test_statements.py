"""Statements in the portal: any period on the page, issued once, taken along as PDF and CSV."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from portal.domain import ledger, wallets
from portal.domain.statements import making
from portal.model import Attempt, Customer, Statement
from portal.values import clock, ids
from portal.web.account import statements as view

NOW = datetime(2026, 11, 20, 9, 14, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(NOW) as at:
        yield at


@pytest.fixture
def url(database, cast) -> str:
    """The statements of a wallet in Berlin: two entries before October, three in it, 30 in November."""
    by = cast.operator()
    with database.writing() as session:
        customer = session.get_one(Customer, cast.own.id)
        customer.time_zone = "Europe/Berlin"
        with clock.frozen(NOW - timedelta(days=100)):
            wallet = wallets.open(session, customer, "EUR", by=by)
        moves = [
            (datetime(2026, 9, 30, 21, 59, tzinfo=UTC), 100_000, "The last of September"),
            (datetime(2026, 9, 30, 22, 0, tzinfo=UTC), 250_000, "The first of October"),
            (datetime(2026, 10, 14, 12, tzinfo=UTC), -61_240, "=HYPERLINK(1)"),
            (datetime(2026, 10, 31, 22, 59, tzinfo=UTC), -130_725, "大阪市 請求書"),
            *((datetime(2026, 11, 2, 12, n, tzinfo=UTC), 100, f"Gift {n}") for n in range(30)),
        ]
        for n, (at, amount, text) in enumerate(moves):
            with clock.frozen(at):
                reason = "top_up" if amount > 0 else "service_delivered"
                ledger.post(session, wallet.id, amount, reason=reason, key_scope="t", key=str(n), customer_text=text, note="Hush", by=by)
    return f"/account/wallets/{wallet.id}/statements"


@pytest.mark.parametrize("role", ["owner", "billing_manager", "viewer"])
def test_the_last_full_month_stands_first(client, url, role):
    page = client.as_person(role).get(url)
    assert page.h1 == "Statements"
    for words in (
        "1 Oct 2026 – 31 Oct 2026",
        "Opening balance",
        "1,000.00",
        "The first of October",
        "−612.40",
        "1,580.35",
        "Closing balance",
    ):
        assert words in page.text
    for words in ("The last of September", "Gift 1", "Hush"):
        assert words not in page.text
    assert page.find("a", aria_current="page") is not None


def test_quick_choices_lead_to_their_periods(client, url):
    person = client.as_person()
    links = {"".join(link.itertext()): link.get("href") for link in person.get(url).find_all("a")}
    assert "from=2026-11-01&to=2026-11-30" in links["This month"]
    assert "from=2026-01-01&to=2026-12-31" in links["This year"]
    assert "The period is not over: it ends now, 20 Nov 2026, 10:14." in person.get(links["This month"]).text


def test_many_entries_are_paged_between_the_two_balances(client, url):
    person = client.as_person()
    first = person.get(url, query_string={"from": "2026-11-01", "to": "2026-11-19"})
    assert "30 entries" in first.text
    assert "Opening balance" in first.text
    assert "Closing balance" not in first.text
    second = person.get(next(link.get("href") for link in first.find_all("a", rel="next")), htmx=True)
    assert "Gift 29" in second.text
    assert "Closing balance" in second.text
    assert "Opening balance" not in second.text


def test_an_empty_period_has_its_balance_and_can_be_issued(client, url):
    person = client.as_person()
    page = person.get(url, query_string={"from": "2026-01-01", "to": "2026-01-31"})
    assert "Nothing moved in this period." in page.text
    issued = person.follow(person.submit(page, "/statements"))
    assert "0.00" in issued.text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"from": "2026-13-01", "to": "2026-11-30"}, "“2026-13-01” is not a day"),
        ({"from": "2026-11-01", "to": "tomorrow"}, "“tomorrow” is not a day"),
        ({"from": "2026-11-21", "to": "2026-11-30"}, "This day has not come yet. Today is 20 Nov 2026."),
        ({"from": "2026-11-10", "to": "2026-11-09"}, "The last day is before the first."),
        ({"from": "0001-01-01", "to": "2026-11-09"}, "The year 1 cannot be meant."),
        ({"from": "2026-11-01", "to": "9999-12-31"}, "The year 9999 cannot be meant."),
    ],
)
def test_nonsense_has_its_sentence_at_the_field(client, url, query, sentence):
    person = client.as_person()
    page = person.get(url, query_string=query, status=422)
    assert sentence in page.text
    assert page.find_all("input", aria_invalid="true")
    assert sentence in person.post(url, query, status=422).text


def test_one_day_alone_is_filled_in(client, url):
    assert "12 Aug 2026 – 31 Oct 2026" in client.as_person().get(url, query_string={"to": "2026-10-31"}).text
    assert "1 Nov 2026 – 20 Nov 2026" in client.as_person().get(url, query_string={"from": "2026-11-01"}).text


def test_issuing_twice_gives_one_statement(client, url, database):
    person = client.as_person()
    page = person.get(url)
    first = person.submit(page, "/statements")
    assert person.submit(page, "/statements").location == first.location
    assert client.as_person("viewer").post(url, {"from": "2026-10-01", "to": "2026-10-31"}).location == first.location
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Statement)) == 1


def test_a_second_click_on_an_unfinished_period_is_the_same_statement(client, url, database):
    person = client.as_person()
    november = {"from": "2026-11-01", "to": "2026-11-30"}

    def looked_at() -> str:
        return person.get(url, query_string=november).find("input", name="until").get("value")

    until = looked_at()
    with clock.frozen(NOW + timedelta(minutes=3)):
        first = person.post(url, november | {"until": until})
    with clock.frozen(NOW + timedelta(minutes=4)):
        assert person.post(url, november | {"until": until}).location == first.location
        assert person.post(url, november | {"until": looked_at()}).location != first.location
    for until in ("nonsense", "2099-01-01T00:00:00+00:00", "2026-11-10T00:00:00", ""):
        person.post(url, november | {"until": until})
    with database.reading() as session:
        assert max(session.scalars(select(Statement.ends_at))) == NOW + timedelta(minutes=4)


def test_an_issued_statement_shows_its_code_and_square(client, url, database):
    person = client.as_person()
    page = person.follow(person.post(url, {"from": "2026-10-01", "to": "2026-10-31"}))
    code = re.search(r"([0-9A-Z]{4}-){4}[0-9A-Z]{4}", page.text)[0]
    assert page.h1 == "Statement, 1 Oct 2026 – 31 Oct 2026"
    assert page.find_all("a", href=f"/verify/{code}")
    assert "QR code of the address that checks this statement" in page.body
    assert "Issued by Northwind Billing GmbH on 20 Nov 2026, asked for by Marta Grünwald." in page.text
    listed = person.get(url)
    assert "Issued before" in listed.text
    assert code in listed.text
    told = person.get("/account/activity?kind=money")
    assert "issued a statement of the EUR wallet, 1 Oct 2026 – 31 Oct 2026" in told.text


def test_the_files_say_what_the_ledger_says(client, url):
    person = client.as_person("viewer")
    place = person.post(url, {"from": "2026-10-01", "to": "2026-10-31"}).location
    table = person.http.get(place + ".csv")
    assert table.headers["Content-Disposition"] == 'attachment; filename="statement-eur-2026-10-01-2026-10-31.csv"'
    assert table.headers["Cache-Control"] == "no-store"
    lines = list(csv.DictReader(io.StringIO(table.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [(line["amount"], line["balance"], line["text"]) for line in lines] == [
        ("", "1000.00", ""),
        ("2500.00", "3500.00", "The first of October"),
        ("-612.40", "2887.60", "'=HYPERLINK(1)"),
        ("-1307.25", "1580.35", "大阪市 請求書"),
        ("", "1580.35", ""),
    ]
    paper = person.http.get(place + ".pdf")
    assert paper.mimetype == "application/pdf"
    assert paper.headers["Cache-Control"] == "no-store"
    assert paper.headers["Content-Disposition"].endswith('.pdf"')
    words = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.data)).pages))
    for wanted in ("Grünwald & Jørgensen GmbH", "1,000.00", "+2,500.00", "−612.40", "1,580.35", "請求書", "localhost/verify"):
        assert wanted in words
    assert "Hush" not in words


def test_what_is_too_long_for_paper_is_said_beforehand(client, url, monkeypatch):
    monkeypatch.setattr(view.paper, "MOST", 2)
    person = client.as_person()
    place = person.post(url, {"from": "2026-10-01", "to": "2026-10-31"}).location
    page = person.get(place)
    assert "Download PDF" not in page.text
    assert "Download CSV" in page.text
    assert "too many for paper" in person.get(place + ".pdf", status=422).text


def test_pdfs_come_a_few_at_a_time_and_the_csv_at_any_time(client, url, database, monkeypatch):
    person = client.as_person()
    place = person.post(url, {"from": "2026-10-01", "to": "2026-10-31"}).location
    monkeypatch.setattr(view.paper, "press", lambda copy, *, tagged: b"%PDF")
    assert person.http.get(place + ".pdf").status_code == 200
    with database.reading() as session:
        user_id = session.scalar(select(Attempt.counted_by).where(Attempt.kind == making.MADE.kind))
        assert not session.scalar(select(func.count()).where(Attempt.kind == making.UNDER_WAY.kind))
    with database.writing() as session:
        session.add_all(Attempt(kind=making.UNDER_WAY.kind, counted_by=f"{user_id}:{n}") for n in range(making.AT_ONCE))
    refused = person.get(place + ".pdf", status=429)
    assert "Other PDFs are being made for you. Wait 10 seconds, then download this one" in refused.text
    assert refused.response.headers["Retry-After"] == "10"
    assert person.http.get(place + ".csv").status_code == 200
    assert client.as_person("viewer").http.get(place + ".pdf").status_code == 200


def test_a_pdf_that_fails_gives_its_place_back(client, url, database, monkeypatch):
    def fail(copy, *, tagged):
        raise view.paper.PressFailed("no ink")

    person = client.as_person()
    place = person.post(url, {"from": "2026-10-01", "to": "2026-10-31"}).location
    monkeypatch.setattr(view.paper, "press", fail)
    assert person.http.get(place + ".pdf").status_code == 500
    with database.reading() as session:
        assert not session.scalar(select(func.count()).where(Attempt.kind == making.UNDER_WAY.kind))


def test_statements_issued_long_ago_are_reached(client, url):
    person = client.as_person()
    for day in range(1, 16):
        person.post(url, {"from": f"2026-10-{day:02}", "to": f"2026-10-{day:02}"})
    page = person.get(url)
    earlier = next(link.get("href") for link in page.find_all("a") if "".join(link.itertext()) == "Statements issued earlier")
    assert "1 Oct 2026 – 1 Oct 2026" in person.get(earlier).text


def test_a_neighbour_finds_nothing_and_nobody_signs_in_first(client, url):
    place = client.as_person().post(url, {"from": "2026-10-01", "to": "2026-10-31"}).location
    neighbour = client.as_person(at="neighbour")
    for path in (url, place, place + ".pdf", place + ".csv", f"/account/statements/{ids.new_id()}"):
        neighbour.get(path, status=404)
        assert "next=" in client.get(path, status=303).location
    neighbour.post(url, {"from": "2026-10-01", "to": "2026-10-31"}, status=404)
    client.as_person().get("/account/statements/nonsense", status=404)
