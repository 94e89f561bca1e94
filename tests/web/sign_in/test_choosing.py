"""One person at several customers, or on both sides: choosing and switching."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.model import AuditEvent, BrowserSession, Contact
from portal.values import clock

MARTA = "marta@gruenwald.example"


@pytest.fixture
def both(cast, database):
    """Marta is a viewer at the neighbour's too; gives that contact."""
    with database.writing() as db:
        contact = Contact(customer_id=cast.neighbour.id, email=MARTA, email_key=MARTA, first_name="Marta", portal_role="viewer")
        db.add(contact)
    return contact


def by_code(client, mail_to, email=MARTA, next=""):
    client.submit(client.get(f"/sign-in?next={next}"), "/sign-in", {"email": email})
    return client.submit(client.get("/sign-in/sent"), "/sign-in/sent", {"code": mail_to(email).code})


def test_somebody_with_one_place_goes_straight_there(client, mail_to):
    assert by_code(client, mail_to).location == "/account"


def test_somebody_at_two_customers_is_asked_where_to(client, both, mail_to):
    answer = by_code(client, mail_to)
    assert answer.location.startswith("/sign-in/choose")
    page = client.follow(answer)
    assert "Grünwald & Jørgensen GmbH" in page.text
    assert "Nachbar AG" in page.text
    assert "Viewer" in page.text


def test_choosing_the_other_customer_starts_a_new_session_there(client, both, mail_to, database):
    by_code(client, mail_to)
    before = client.http.get_cookie("portal_portal").value
    assert client.post("/sign-in/choose", {"place": str(both.id)}).location == "/account"
    assert client.http.get_cookie("portal_portal").value != before
    with database.reading() as db:
        ended = db.scalars(select(BrowserSession).where(BrowserSession.ended_at.is_not(None))).one()
        assert ended.end_reason == "switched"
        live = db.scalars(select(BrowserSession).where(BrowserSession.ended_at.is_(None))).one()
        assert live.contact_id == both.id
        assert live.expires_at <= ended.expires_at
        assert both.customer_id in set(db.scalars(select(AuditEvent.customer_id).where(AuditEvent.action == "user.signed_in")))


def test_a_place_of_somebody_else_is_not_there(client, cast, both, mail_to):
    by_code(client, mail_to)
    client.post("/sign-in/choose", {"place": str(cast.neighbour_contacts["owner"].id)}, status=404)
    client.post("/sign-in/choose", {"place": "console"}, status=404)
    client.post("/sign-in/choose", {}, status=404)


def test_choosing_leads_on_to_the_page_that_was_asked_for(client, both, mail_to):
    page = client.follow(by_code(client, mail_to, next="/account/access"))
    assert {field.get("value") for field in page.find_all("input", name="next")} == {"/account/access"}
    assert client.post("/sign-in/choose", {"place": str(both.id), "next": "/account/access"}).location == "/account/access"
    assert client.post("/sign-in/choose", {"place": str(both.id), "next": "//evil.example"}).location == "/account"


def test_an_operator_who_is_a_contact_too_reaches_both_by_one_email(client, cast, database, mail_to):
    with database.writing() as db:
        contact = Contact(
            customer_id=cast.own.id, email="support@northwind.example", email_key="support@northwind.example", portal_role="viewer"
        )
        db.add(contact)
    page = client.follow(by_code(client, mail_to, "support@northwind.example"))
    assert "Console" in page.text
    assert client.post("/sign-in/choose", {"place": str(contact.id)}).location == "/account"
    assert client.http.get_cookie("portal_console") is not None
    assert client.http.get_cookie("portal_portal") is not None


def test_going_over_to_the_console_later_asks_for_a_fresh_sign_in(client, cast, database, mail_to):
    with database.writing() as db:
        contact = Contact(
            customer_id=cast.own.id, email="support@northwind.example", email_key="support@northwind.example", portal_role="viewer"
        )
        db.add(contact)
    by_code(client, mail_to, "support@northwind.example", next="/account")
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        assert client.post("/sign-in/choose", {"place": "console"}).location.startswith("/sign-in?next=/console")
    assert client.http.get_cookie("portal_console") is None


def test_nobody_has_nothing_to_choose(client):
    assert client.get("/sign-in/choose", status=303).location.startswith("/sign-in")
    assert client.post("/sign-in/choose", {"place": "console"}).location.startswith("/sign-in")
