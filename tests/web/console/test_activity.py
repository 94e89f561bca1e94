"""The activity tab of a customer's page in the console."""

from uuid import uuid4

import pytest

from portal.domain import audit, customers, wallets


def address(cast, query=""):
    return f"/console/customers/{cast.own.id}/activity{query}"


@pytest.fixture
def credited(database, cast):
    """A wallet opened and credited, so that there are acts and a mail."""
    with database.writing() as session:
        by = cast.operator("finance")
        wallet = wallets.open(session, customers.find(session, by, cast.own.id), "EUR", by=by)
        wallets.adjust(session, wallet, 2500, reason="goodwill", key="k1", note="Asked by <b>phone</b>", by=by)


def acts(database, cast, count):
    with database.writing() as session:
        for number in range(count):
            audit.record(session, f"customer.act_{number}", by=cast.operator("finance"), customer_id=cast.own.id)


def test_the_timeline_says_who_did_what_with_before_and_after(client, cast, credited):
    page = client.as_operator("support").get(address(cast))
    assert "Finance Operator added 25.00 EUR of goodwill credit" in page.text
    assert [element.text for element in page.find_all("del")] == ["0.00"]
    assert [element.text for element in page.find_all("ins")] == ["25.00"]
    assert "Asked by <b>phone</b>" in page.text
    assert "Mail “More credit” to Marta Grünwald" in page.text
    assert page.find("h3").text == "Today"
    figures = [element.text for element in page.find("ol").iter("span") if element.get("class") == "fig"]
    assert figures == ["25.00"]


def test_an_empty_timeline_says_what_will_stand_there(client, cast):
    page = client.as_operator("viewer").get(address(cast))
    assert "Nothing has happened here yet" in page.text


def test_a_filter_keeps_one_kind_and_says_so(client, cast, credited):
    page = client.as_operator("viewer").get(address(cast, "?kind=mail"))
    assert "added 25.00" not in page.text
    assert "Mail “More credit”" in page.text
    assert any("Mail" in "".join(link.itertext()) for link in page.find_all("a", aria_current="true"))


def test_a_filter_that_leaves_nothing_leads_back_to_everything(client, cast, credited):
    page = client.as_operator("viewer").get(address(cast, "?kind=imports"))
    assert "Nothing of this kind has happened here" in page.text
    assert page.find("a", href=address(cast))


def test_a_person_filters_too(client, cast, credited):
    someone = cast.operators["finance"].id
    page = client.as_operator("viewer").get(address(cast, f"?who={someone}"))
    assert "added 25.00" in page.text
    nobody = client.as_operator("viewer").get(address(cast, f"?who={uuid4()}"))
    assert "By one person" in nobody.text


def test_older_leads_on_and_newest_back(client, cast, database):
    acts(database, cast, 60)
    browser = client.as_operator("viewer")
    first = browser.get(address(cast, "?kind=edits"))
    assert len(first.find_all("time")) == 50
    older = browser.get(first.find("a", rel="next").get("href"))
    assert len(older.find_all("time")) == 10
    assert not older.find_all("a", rel="next")
    newest = next(link for link in older.find_all("a") if link.text == "Newest")
    assert newest.get("href") == address(cast, "?kind=edits")


def test_a_cursor_or_kind_that_is_none_is_not_found(client, cast):
    browser = client.as_operator("viewer")
    for query in ("?before=tomorrow", "?kind=gossip", "?who=nobody"):
        browser.get(address(cast, query), status=404)


def test_htmx_gets_the_timeline_alone(client, cast, credited):
    page = client.as_operator("viewer").get(address(cast), htmx=True)
    assert "<html" not in page.body
    assert page.find("section", id="activity") is not None


def test_a_customers_person_and_a_stranger_do_not_get_in(client, cast):
    client.as_person("owner").get(address(cast), status=303)
    client.get(address(cast), status=303)


def test_an_unknown_customer_is_not_found(client, cast):
    client.as_operator("viewer").get(f"/console/customers/{uuid4()}/activity", status=404)
    client.as_operator("viewer").get("/console/customers/nonsense/activity", status=404)


def test_the_record_is_read_only(client, cast):
    client.as_operator("owner").post(address(cast), status=405)
