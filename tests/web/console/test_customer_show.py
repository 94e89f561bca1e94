"""A customer's page: what it says, and to whom; archiving and restoring."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event, select

from portal.domain import customers, wallets
from portal.model import AuditEvent, Customer
from portal.values import clock


def path(customer, rest: str = "") -> str:
    return f"/console/customers/{customer.id}{rest}"


@pytest.fixture
def rich(database, cast) -> Customer:
    """The own customer with everything that a page can show."""
    by = cast.operator()
    with database.writing() as session:
        customer = customers.find(session, by, cast.own.id)
        facts = {
            "phone": "+4930123456",
            "parent_id": cast.neighbour.id,
            "locale": "de",
            "billing": {"line1": "Torstraße 140", "postal_code": "10119", "city": "Berlin", "country": "DE"},
            "shipping_same": True,
            "tax_ids": [("ch_vat", "CHE116281710MWST")],
            "tax_exempt": True,
            "tax_exempt_reason": "Reverse charge",
            "custom_data": {"segment": {"size": "ent"}},
            "notes": "First line\nSecond line",
            "communications": False,
        }
        customers.change(session, customer, facts, version=None, by=by)
        euro = wallets.open(session, customer, "EUR", by=by)
        wallets.adjust(session, euro, 425_496, reason="goodwill", key=str(uuid4()), by=by)
        yen = wallets.open(session, customer, "JPY", name="Tokyo office", by=by)
        wallets.adjust(session, yen, 283_937, reason="goodwill", key=str(uuid4()), by=by)
        return customer


def test_the_head_says_who_it_is_and_what_they_have(client, rich):
    page = client.as_operator("finance").get(path(rich))
    assert page.h1 == "Grünwald & Jørgensen GmbH"
    for words in ("Active", "CUST-57", "Northwind Billing GmbH", "Store credit, Tokyo office"):
        assert words in page.text
    amounts = ["".join(cell.itertext()) for cell in page.find_all("td", class_="big")]
    assert amounts == ["4,254.96", "283,937"]
    acts = page.find_all("a", class_="act")
    assert ["".join(act.itertext()).strip() for act in acts] == ["Adjust balance"]
    assert acts[0].get("href").endswith("/entries/new")


def test_the_overview_shows_each_fact(client, rich, cast):
    page = client.as_operator().get(path(rich))
    for words in (
        "marta@gruenwald.example",
        "+49 30 123456",
        "German, Europe/Berlin",
        "Nothing but sign-in and security mail",
        "Same as billing",
        "CHE-116.281.710 MWST",
        "Reverse charge",
        "First line",
        '"ent"',
    ):
        assert words in page.text
    assert page.find_all("a", href=path(cast.neighbour))


def test_the_margin_counts_the_sections(client, rich):
    nav = client.as_operator().get(path(rich)).find("nav", aria_label="Sections")
    words = ["".join(link.itertext()) for link in nav.iter("a")]
    assert words == ["Overview", "Contacts3", "Wallets2", "Journal entries", "Emails" + words[4][6:], "Activity", "Child customers0"]
    assert next(link.get("aria-current") for link in nav.iter("a")) == "page"


def test_an_empty_customer_says_none_and_offers_a_wallet(client, cast):
    page = client.as_operator().get(path(cast.neighbour))
    assert [cell.text for cell in page.find_all("span", class_="nothing")].count("none") >= 4
    assert "Open a wallet" in page.text
    assert not page.find_all("table", class_="balances")


def test_wallets_are_rolled_up_by_currency_where_there_are_children(client, rich, cast):
    text = client.as_operator().get(path(cast.neighbour)).text
    assert "With its child customer" in text
    assert "4,254.96" in text
    assert "283,937" in text


def test_credit_that_ends_is_told_at_the_balance(client, cast, database):
    by = cast.operator()
    with database.writing() as session:
        wallet = wallets.open(session, session.get_one(Customer, cast.own.id), "EUR", by=by)
        until = clock.now() + timedelta(days=30)
        wallets.adjust(session, wallet, 2500, reason="promotion", key=str(uuid4()), expires_at=until, by=by)
    assert "25.00 of it expires on" in client.as_operator().get(path(cast.own)).text


def test_archiving_keeps_everything_and_restoring_undoes_it(client, cast, database):
    staff = client.as_operator("finance")
    page = staff.follow(staff.submit(staff.get(path(cast.own)), "/archival"))
    assert "is archived" in page.text
    assert not page.find_all("a", href=path(cast.own, "/edit"))
    page = staff.follow(staff.submit(page, "/restoration"))
    assert "is active again" in page.text
    with database.reading() as session:
        actions = session.scalars(select(AuditEvent.action).where(AuditEvent.customer_id == cast.own.id).order_by(AuditEvent.id)).all()
        assert not session.get_one(Customer, cast.own.id).archived
    assert actions[-2:] == ["customer.archived", "customer.restored"]


def test_support_may_not_archive_and_a_viewer_only_reads(client, cast):
    support = client.as_operator("support")
    assert not support.get(path(cast.own)).find_all("form", action=path(cast.own, "/archival"))
    support.post(path(cast.own, "/archival"), status=403)
    viewer = client.as_operator("viewer")
    page = viewer.get(path(cast.own))
    assert not page.find_all("a", href=path(cast.own, "/edit"))
    assert not page.find_all("a", class_="act")
    viewer.post(path(cast.own, "/archival"), status=403)
    viewer.post(path(cast.own, "/restoration"), status=403)


def test_nobody_else_sees_the_page(client, cast):
    client.get(path(cast.own), status=303)
    client.as_person(at="neighbour").get(path(cast.own), status=303)
    client.as_operator().get(f"/console/customers/{uuid4()}", status=404)
    client.as_operator().get("/console/customers/nonsense", status=404)
    client.as_operator().get(path(cast.own, "/archival"), status=405)


def test_the_page_takes_few_statements_however_much_there_is(client, rich, database):
    staff = client.as_operator()
    staff.get(path(rich))
    asked = []

    def note(connection, cursor, statement, *rest):
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    staff.get(path(rich))
    event.remove(database.engine, "before_cursor_execute", note)
    questions = [statement for statement in asked if statement.startswith("SELECT")]
    assert len(questions) <= 6, "\n\n".join(questions)
