"""The activity page of the portal."""

from dataclasses import replace

import pytest

from portal.domain import audit, customers, wallets


@pytest.fixture
def credited(database, cast):
    """A wallet opened and credited, and a note kept by operators only."""
    with database.writing() as session:
        by = replace(cast.operator("finance"), ip="203.0.113.5", device="Firefox on Linux")
        own = customers.find(session, by, cast.own.id)
        wallet = wallets.open(session, own, "EUR", by=by)
        wallets.adjust(session, wallet, 2500, reason="goodwill", key="k1", note="Between us", customer_text="Sorry for the wait", by=by)
        customers.change(session, own, {"notes": "A difficult one"}, version=None, by=by)


def test_the_customer_sees_what_was_done_by_whom_and_why(client, cast, credited):
    page = client.as_person("viewer").get("/account/activity")
    assert "Northwind support added 25.00 EUR of goodwill credit" in page.text
    assert "Sorry for the wait" in page.text
    assert page.find("a", href="/account/activity", aria_current="page") is not None


def test_what_is_for_operators_stays_with_them(client, cast, credited):
    page = client.as_person("owner").get("/account/activity")
    for hidden in ("Between us", "A difficult one", "Finance Operator", "203.0.113.5", "Firefox on Linux"):
        assert hidden not in page.body


def test_a_neighbour_sees_nothing_of_it(client, cast, credited):
    page = client.as_person("owner", at="neighbour").get("/account/activity")
    assert "Nothing has happened yet" in page.text
    assert "25.00" not in page.text


def test_one_kind_can_be_chosen(client, cast, credited):
    page = client.as_person("owner").get("/account/activity?kind=mail")
    assert "Mail “More credit” to you" in page.text
    assert "added 25.00" not in page.text
    assert "Nothing of this kind" in client.as_person("owner").get("/account/activity?kind=imports").text


def test_older_events_stand_on_the_next_page(client, cast, database):
    with database.writing() as session:
        for number in range(60):
            changes = {"name": (str(number), str(number + 1))}
            audit.record(session, "customer.updated", by=cast.operator("finance"), customer_id=cast.own.id, changes=changes)
    browser = client.as_person("owner")
    first = browser.get("/account/activity")
    assert len(first.find_all("time")) == 50
    assert len(browser.get(first.find("a", rel="next").get("href")).find_all("time")) == 10


def test_nonsense_is_not_found_and_nothing_can_be_written(client, cast):
    browser = client.as_person("owner")
    browser.get("/account/activity?kind=gossip", status=404)
    browser.get("/account/activity?before=1", status=404)
    browser.post("/account/activity", status=405)


def test_htmx_gets_the_timeline_alone(client, cast, credited):
    page = client.as_person("owner").get("/account/activity", htmx=True)
    assert "<html" not in page.body
    assert page.find("div", id="activity") is not None


def test_nobody_gets_in_without_signing_in(client):
    client.get("/account/activity", status=303)
