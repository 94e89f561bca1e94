"""The list of customers in the console."""

import re
from datetime import UTC, datetime

import pytest
from markupsafe import escape
from sqlalchemy import delete

from portal.domain import addresses, customers, search
from portal.model import Contact, Customer, SearchDocument, TaxId, User, Wallet
from portal.web.console.customers import rows
from tests import factories

PATH = "/console/customers/"


def names(page) -> list[str]:
    bodies = page.find_all("tbody")
    return [link.text for link in bodies[0].iter("a")] if bodies else []


def links(page) -> dict[str, str]:
    return {re.sub(r"\s+", " ", "".join(link.itertext())).strip(): link.get("href") for link in page.find_all("a")}


@pytest.fixture
def crowd(database, cast):
    """120 more customers, with a wallet each."""
    with database.writing() as session:
        made = []
        for number in range(120):
            row = factories.customer(session, cast.entity, name=f"Crowd {number:03}", external_id=f"C-{number:03}")
            session.add(Wallet(customer_id=row.id, currency=("EUR", "JPY")[number % 2], balance=number * 100, is_main=True))
            made.append(row.id)
        search.index(session, [*made, cast.own.id, cast.neighbour.id])
    return made


def test_the_list_shows_what_a_customer_is(client, cast, database):
    with database.writing() as session:
        session.add(Wallet(customer_id=cast.own.id, currency="EUR", balance=-12050, floor=-20000, is_main=True))
        session.add(Wallet(customer_id=cast.own.id, currency="JPY", balance=5))
    page = client.as_operator("viewer").get(PATH)
    assert page.h1 == "Customers"
    assert names(page) == ["Grünwald & Jørgensen GmbH", "Nachbar AG"]
    row = next(row for row in page.find("tbody").iter("tr"))
    text = "".join(row.itertext())
    for shown in ("CUST-57", "marta@gruenwald.example", "−120.50", "EUR +1", "Active"):
        assert shown in text
    assert "2 customers" in page.text
    assert page.find_all("td", class_="neg")
    assert links(page)["Nachbar AG"] == f"{PATH}{cast.neighbour.id}"


def test_only_who_may_is_offered_to_add_and_import(client):
    assert "Add customer" in links(client.as_operator("support").get(PATH))
    assert "Import" not in links(client.as_operator("support").get(PATH))
    assert {"Add customer", "Import"} <= set(links(client.as_operator("finance").get(PATH)))
    assert "Add customer" not in links(client.as_operator("viewer").get(PATH))


def test_it_is_for_operators(client):
    assert "/sign-in" in client.get(PATH, status=303).location
    client.as_person().get(PATH, status=303)
    assert client.as_operator().http.put(PATH).status_code in {400, 405}


def test_htmx_gets_the_list_alone(client, crowd):
    page = client.as_operator().get(PATH + "?q=C-01", htmx=True)
    assert not page.find_all("h1")
    assert page.find("div", id="customers") is not None
    assert names(page) == [f"Crowd 01{number}" for number in range(10)]
    assert "HX-Request" in page.response.headers["Vary"]
    assert page.response.headers["Cache-Control"] == "no-store"


def test_signed_out_htmx_sends_the_browser_to_sign_in(client):
    page = client.get(PATH, htmx=True, status=401)
    assert "/sign-in" in page.response.headers["HX-Redirect"]


@pytest.mark.parametrize(
    ("asked_from", "leads_back"), [("/console/customers", "/console/customers/?q%3Doak"), ("/console/messages", "/console/messages")]
)
def test_what_was_typed_after_the_session_ended_is_there_after_signing_in(client, asked_from, leads_back):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Current-URL": "http://localhost" + asked_from}
    answer = client.http.get("/console/customers/?q=oak", headers=headers)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in?next=" + leads_back)


def test_pages_lead_on_and_back(client, crowd):
    operator = client.as_operator()
    first = operator.get(PATH + "?sort=external_id")
    assert len(names(first)) == 50
    assert "First 50 of 122" in first.text
    second = operator.get(links(first)["Next"])
    assert not set(names(first)) & set(names(second))
    assert names(operator.get(links(second)["Previous"])) == names(first)
    last = operator.get(links(first)["Last page"])
    assert names(last)[-1] == "Nachbar AG"
    assert "Last 50 of 122" in last.text
    assert "Next" not in links(last) or links(last)["Next"] is None


def test_a_cursor_that_is_none_shows_the_first_page(client, crowd):
    operator = client.as_operator()
    assert names(operator.get(PATH + "?page=nonsense")) == names(operator.get(PATH))


def test_heads_sort_one_way_and_the_other(client, crowd):
    operator = client.as_operator()
    page = operator.get(PATH)
    assert page.find_all("th", aria_sort="ascending")
    upside_down = operator.get(links(page)["Name"])
    assert names(upside_down)[0] == "Nachbar AG"
    assert names(operator.get(links(upside_down)["Name"])) == names(page)
    assert names(operator.get(links(page)["Balance"]))[0] == "Crowd 119"
    assert operator.get(PATH + "?sort=nonsense").status == 200


def test_filters_stand_as_chips_that_can_be_taken_off(client, crowd):
    operator = client.as_operator()
    page = operator.get(PATH + "?currency=JPY&custom.segment=ent&added_from=2026-01-01&status=any")
    assert [re.sub(r"\s+", " ", "".join(chip.itertext())).strip() for chip in page.find_all("span", class_="chip")] == [
        "Status active or archived",
        "Wallet in JPY",
        "Added from 1 Jan 2026",
        "custom.segment ent",
    ]
    assert "No customer fits these filters." in page.text
    remove = next(link for link in page.find_all("a") if link.get("aria-label") == "Remove the filter custom.segment ent")
    assert "First 50 of 60" in operator.get(remove.get("href")).text


def test_filters_are_added_by_a_form_without_script(client, crowd):
    operator = client.as_operator()
    page = operator.get(links(operator.get(PATH + "?q=crowd&sort=-name"))["Filter"])
    form = next(form for form in page.find_all("form") if form.get("aria-label") == "Filters")
    fields = {field.get("name") for field in form.iter() if field.tag in {"input", "select"}}
    assert {"q", "sort", "country", "currency", "balance", "mail", "bounce", "exempt", "tax", "parent", "custom_key"} <= fields
    narrowed = operator.get(PATH + "?q=crowd&sort=-name&status=&balance=zero&country=&custom_key=&custom_value=")
    assert names(narrowed) == ["Crowd 000"]
    assert operator.get(PATH + "?custom_key=segment&custom_value=ent").find_all("span", class_="chip")


def test_the_views_have_counts_and_titles(client, crowd):
    operator = client.as_operator()
    margin = operator.get(PATH).find("nav", aria_label="Views")
    assert "All customers122" in re.sub(r"\s+", " ", "".join(margin.itertext()))
    assert "With credit119" in "".join(margin.itertext())
    page = operator.get(PATH + "?balance=credit")
    assert page.h1 == "Customers with credit"
    assert page.find("a", aria_current="page", href=f"{PATH}?balance=credit") is not None


def test_search_is_a_plain_form(client, crowd):
    operator = client.as_operator()
    form = operator.get(PATH + "?currency=EUR").form(PATH)
    assert form == {"q": "", "currency": "EUR"}
    page = operator.get(PATH + "?q=C-007")
    assert names(page) == ["Crowd 007"]
    assert page.find("input", id="q").get("value") == "C-007"


def test_what_is_nowhere_is_not_promised_without_the_filters(client, crowd):
    page = client.as_operator().get(PATH + "?q=zebra&currency=JPY")
    assert "There is none without the filters either, nor among the archived ones." in page.text
    assert "Search without filters" not in links(page)
    assert links(page)["Show all customers"] == PATH


def test_where_nobody_is_archived_it_says_so(client, crowd):
    page = client.as_operator().get(PATH + "?status=archived")
    assert "No customer is archived." in page.text
    assert links(page)["Show all customers"] == PATH


def test_nothing_found_says_where_was_looked_and_leads_on(client, crowd):
    operator = client.as_operator()
    page = operator.get(PATH + "?q=C-00&balance=below")
    assert "No customer matches “C-00”." in page.text
    assert "Without them there are 10 matches." in page.text
    assert len(names(operator.get(links(page)["Search without filters"]))) == 10
    page = operator.get(PATH + "?q=zebra")
    assert "No customer matches “zebra”." in page.text
    assert "status=any" in links(page)["Search archived ones too"]


def test_an_archived_customer_stands_in_its_view(client, cast, database):
    with database.writing() as session:
        customers.archive(session, session.get_one(Customer, cast.own.id), by=cast.operator())
    operator = client.as_operator()
    assert names(operator.get(PATH)) == ["Nachbar AG"]
    page = operator.get(PATH + "?status=archived")
    assert names(page) == ["Grünwald & Jørgensen GmbH"]
    assert page.h1 == "Archived customers"


def test_when_all_are_archived_it_says_so(client, cast, database):
    with database.writing() as session:
        for row in (cast.own, cast.neighbour):
            session.get_one(Customer, row.id).status = "archived"
    page = client.as_operator().get(PATH)
    assert "All customers are archived." in page.text
    assert links(page)["Show archived ones"] == f"{PATH}?status=archived"


def test_with_no_customers_it_says_how_to_begin(client, database):
    with database.writing() as session:
        session.execute(delete(Contact))
        session.execute(delete(SearchDocument))
        session.execute(delete(Customer))
    page = client.as_operator().get(PATH)
    assert "No customers yet." in page.text
    assert {"Import", "Add a customer"} <= set(links(page))


@pytest.mark.parametrize("q", ["<script>alert(1)</script>", "%00", "%f0%28%8c%28", "'; DROP TABLE customer; --", "a" * 5000, "\"'&<>"])
def test_any_search_is_answered(client, q):
    assert client.as_operator().get(PATH + "?q=" + q.replace("&", "%26")).status == 200


def test_texts_are_escaped_at_once_as_they_are_one_by_one():
    texts = ["<b>", "", 'O\'Brien & "Sons"', "plain", "ü"]
    assert rows.escaped(texts) == [str(escape(text)) for text in texts]
    assert rows.escaped(["a\0b", "<"]) == ["a\0b", "&lt;"]
    assert rows.escaped([]) == []


def test_what_a_customer_is_called_is_never_markup(client, cast, database):
    with database.writing() as session:
        own = session.get_one(Customer, cast.own.id)
        own.name = own.external_id = "<i>&"
    page = client.as_operator().get(PATH)
    assert "<i>" not in page.body
    assert "<i>&" in names(page)


CLOSE = ["Name", "Customer ID", "Email", "Country", "Tax ID", "Contacts", "Balance", "Currency", "Status", "Last change"]


def set_close(client, page):
    """Press "Close" in the head of the list."""
    return client.follow(client.submit(page, "/profile/density", {"density": "close"}))


def heads(page) -> list[str]:
    return ["".join(head.itertext()).strip() for head in page.find_all("th", scope="col")]


def test_a_list_set_close_shows_more_columns_and_stays_where_it_was(client, cast, database):
    with database.writing() as session:
        session.add(TaxId(customer_id=cast.own.id, kind="ch_vat", value="CHE116281710MWST"))
        session.add(TaxId(customer_id=cast.own.id, kind="eu_vat", value="DE136695976"))
        session.add(addresses.Address(customer_id=cast.own.id, is_billing=True, line1="x", city="<b>Wien", country="AT"))
        session.add(Wallet(customer_id=cast.own.id, currency="EUR", balance=-12050, floor=-20000, is_main=True))
        session.get_one(Customer, cast.own.id).updated_at = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
        session.get_one(User, cast.operators["viewer"].id).time_zone = "Europe/Berlin"
    viewer = client.as_operator("viewer")
    airy = viewer.get(PATH + "?sort=-name&custom.a=%26&status=any")
    assert "Tax ID" not in heads(airy)
    sent = viewer.submit(airy, "/profile/density", {"density": "close"})
    assert sent.location == PATH + "?sort=-name&custom.a=%26&status=any"
    assert heads(viewer.get(PATH)) == CLOSE
    page = viewer.get(PATH + "?sort=-name")
    assert page.find("html").get("data-density") == "close"
    assert names(page) == ["Nachbar AG", "Grünwald & Jørgensen GmbH"]
    own = [re.sub(r"\s+", " ", "".join(cell.itertext())) for cell in list(page.find("tbody").iter("tr"))[1]]
    assert own == [
        "Grünwald & Jørgensen GmbHCUST-57 · <b>Wien",
        "CUST-57",
        "marta@gruenwald.example",
        "Austria",
        "CHE-116.281.710 MWST +1",
        "3",
        "−120.50",
        "EUR",
        "Active",
        "5 Mar 2026",
    ]
    assert [link.get("title") for link in page.find("tbody").iter("a")] == [None, "Grünwald & Jørgensen GmbH"]
    assert viewer.get(PATH, htmx=True).find("table", class_="close") is not None
    assert "Tax ID" not in heads(viewer.follow(viewer.submit(page, "/profile/density", {"density": ""})))


def test_a_close_list_is_sorted_by_the_last_change(client, cast, database):
    with database.writing() as session:
        session.get_one(Customer, cast.own.id).updated_at = datetime(2026, 3, 4, tzinfo=UTC)
    operator = client.as_operator()
    page = set_close(operator, operator.get(PATH))
    newest = operator.get(links(page)["Last change"])
    assert names(newest) == ["Nachbar AG", "Grünwald & Jørgensen GmbH"]
    assert newest.find_all("th", aria_sort="descending")
    assert names(operator.get(links(newest)["Last change"])) == ["Grünwald & Jørgensen GmbH", "Nachbar AG"]


def test_density_is_kept_for_the_person_and_leads_nowhere_else(client, cast):
    operator = client.as_operator("support")
    for elsewhere in ("https://evil.example/", "//evil.example/console", "/console/nowhere", ""):
        assert operator.post("/console/profile/density", {"density": "close", "next": elsewhere}).location == PATH
    assert "Tax ID" in heads(operator.get(PATH))
    operator.post("/console/profile/density", {"density": "tight", "next": PATH})
    assert "Tax ID" in heads(operator.get(PATH))
    assert "Tax ID" not in heads(client.as_operator("finance").get(PATH))
    client.as_person().post("/console/profile/density", {"density": "close"}, status=303)
