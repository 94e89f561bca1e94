"""Adding a customer by hand."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.domain import addresses, tax_ids
from portal.model import AuditEvent, Contact, Customer

NEW = "/console/customers/new"
CREATE = "/console/customers"
FULL = {
    "name": "Zeta & Söhne KG",
    "external_id": "CUST-900",
    "email": "Ada@Zeta.example",
    "phone": "030 123456",
    "billing-line1": "Torstraße 140",
    "billing-postal_code": "10119",
    "billing-city": "Berlin",
    "billing-country": "DE",
    "parent": "CUST-57",
    "tax_ids-0-kind": "eu_vat",
    "tax_ids-0-number": "DE 136 695 976",
    "tax_exempt": "y",
    "tax_exempt_reason": "Reverse charge",
    "tax_exempt_until": "2027-12-31",
    "custom_data": '{"segment": "ent", "seats": 12}',
    "locale": "de",
    "time_zone": "Europe/Berlin",
    "currency": "CHF",
    "notes": "Asks for paper.",
}


def find(database, name: str) -> Customer:
    with database.reading() as session:
        return session.scalars(select(Customer).where(Customer.name == name).options(selectinload(Customer.tax_ids))).one()


def test_only_the_name_is_needed(client, database):
    staff = client.as_operator("support")
    answer = staff.submit(staff.get(NEW), CREATE, {"name": "Acme"})
    page = staff.follow(answer)
    assert page.h1 == "Acme"
    assert "Acme is added." in page.text
    made = find(database, "Acme")
    assert (made.external_id, made.email, made.custom_data, made.communications) == (None, None, {}, True)


def test_every_field_is_saved_with_its_audit_event(client, cast, database):
    staff = client.as_operator("support")
    staff.submit(staff.get(NEW), CREATE, FULL)
    made = find(database, "Zeta & Söhne KG")
    assert (made.email, made.phone, made.currency, made.parent_id) == ("Ada@zeta.example", "+4930123456", "CHF", cast.own.id)
    assert (made.tax_exempt, made.tax_exempt_until.isoformat()) == (True, "2027-12-31T22:59:59+00:00")
    assert made.custom_data == {"segment": "ent", "seats": 12}
    with database.reading() as session:
        assert [(row.kind, row.value) for row in tax_ids.of_customer(session, made.id)] == [("eu_vat", "DE136695976")]
        assert [(row.is_billing, row.is_shipping, row.postal_code) for row in addresses.of_customer(session, made.id)] == [
            (True, True, "10119")
        ]
        assert session.scalars(select(Contact.email).where(Contact.customer_id == made.id)).all() == ["Ada@zeta.example"]
        events = session.scalars(select(AuditEvent).where(AuditEvent.customer_id == made.id)).all()
    assert "customer.created" in {event.action for event in events}
    assert {event.actor_name for event in events} == {"Support Operator"}


def test_another_shipping_address_is_saved_beside_the_billing_address(client, database):
    staff = client.as_operator()
    page = staff.get(NEW)
    sent = page.form(CREATE) | FULL | {"shipping-line1": "Dock 5", "shipping-city": "Hamburg", "shipping-country": "DE"}
    del sent["shipping_same"]
    staff.post(CREATE, sent)
    with database.reading() as session:
        kept = addresses.of_customer(session, find(database, FULL["name"]).id)
    assert [(row.is_billing, row.is_shipping, row.city) for row in kept] == [(True, False, "Berlin"), (False, True, "Hamburg")]


def test_the_form_says_all_that_is_wrong_at_once_and_keeps_what_was_typed(client, database):
    staff = client.as_operator()
    wrong = {
        "name": "",
        "email": "ada",
        "billing-postal_code": "1011",
        "tax_ids-0-number": "DE136695975",
        "custom_data": '{\n"a": 1\n"b": 2}',
        "tax_exempt_until": "soon",
    }
    page = staff.submit(staff.get(NEW), CREATE, FULL | wrong, status=422)
    summary = page.find("div", class_="summary")
    assert "Six things to put right. Nothing has been saved yet." in page.text
    links = [link.get("href") for link in summary.iter("a")]
    assert links == ["#name", "#email", "#billing-postal_code", "#tax_ids-0-number", "#tax_exempt_until", "#custom_data"]
    for link in links:
        assert page.find_all("input", id=link[1:]) or page.find_all("textarea", id=link[1:])
    assert "DE136695976 would" in page.text
    assert "Line 2, column 7: a comma is missing" in page.text
    assert page.find("div", class_="editor").get("data-bad-line") == "2"
    assert page.form(CREATE) | {"csrf_token": ""} == staff.get(NEW).form(CREATE) | FULL | wrong | {"csrf_token": ""}
    margin = page.find("nav", aria_label="Parts of this form")
    counts = {link.get("href"): "".join(link.itertext()) for link in margin.iter("a")}
    assert counts["#part-tax"] == "Tax2 to put right"
    assert counts["#part-billing"] == "Billed by"
    with database.reading() as session:
        assert session.scalars(select(Customer.name).where(Customer.external_id == "CUST-900")).all() == []


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("external_id", "CUST-57", "This ID belongs to Grünwald & Jørgensen GmbH."),
        ("email", "MARTA@gruenwald.example", "This email belongs to Grünwald & Jørgensen GmbH."),
        ("parent", "CUST-0", "No customer has the ID or the name “CUST-0”."),
    ],
)
def test_what_only_the_database_knows_is_said_at_its_field(client, field, typed, said):
    staff = client.as_operator()
    page = staff.submit(staff.get(NEW), CREATE, {"name": "Acme", field: typed}, status=422)
    assert said in "".join(page.find("div", id=f"{field}-e").itertext())
    assert page.find("input", id=field).get("value") == typed


def test_a_parent_is_found_by_its_name_whatever_the_case(client, cast, database):
    staff = client.as_operator()
    staff.submit(staff.get(NEW), CREATE, {"name": "Acme", "parent": "nachbar ag"})
    assert find(database, "Acme").parent_id == cast.neighbour.id


def test_a_link_can_name_the_parent(client, cast, database):
    staff = client.as_operator()
    page = staff.get(f"{NEW}?parent={cast.own.id}")
    assert page.find("input", id="parent").get("value") == "CUST-57"
    staff.submit(page, CREATE, {"name": "Acme"})
    assert find(database, "Acme").parent_id == cast.own.id


def test_another_tax_id_is_a_row_more_without_a_script(client):
    staff = client.as_operator()
    page = staff.submit(staff.get(NEW), CREATE, FULL | {"add_tax_id": "1"}, status=200)
    assert page.find("input", id="tax_ids-1-number").get("value") == ""
    assert page.find("input", id="name").get("value") == FULL["name"]
    assert not page.find_all("div", class_="summary")


def test_another_tax_id_is_a_fragment_for_htmx(client):
    staff = client.as_operator()
    page = staff.submit(staff.get(NEW), CREATE, FULL | {"add_tax_id": "1"}, status=200, htmx=True)
    assert page.find("div", id="tax-ids") is not None
    assert not page.find_all("h1")


def test_the_same_tax_id_twice_is_said(client):
    staff = client.as_operator()
    twice = {"tax_ids-1-kind": "eu_vat", "tax_ids-1-number": "DE136695976"}
    page = staff.submit(staff.get(NEW), CREATE, FULL | twice, status=422)
    assert "This number stands above already." in page.text


def test_a_doubt_about_an_address_is_said_and_saved(client, database):
    staff = client.as_operator()
    doubtful = {
        "name": "Acme",
        "billing-line1": "1 Main St",
        "billing-state": "Bavaria",
        "billing-postal_code": "94103",
        "billing-country": "US",
    }
    page = staff.follow(staff.submit(staff.get(NEW), CREATE, doubtful))
    assert "Saved as it is, but worth a look: “Bavaria” is not a state" in page.text


def test_names_are_offered_while_one_types(client):
    page = client.as_operator("viewer").get("/console/customers/named?parent=nach", htmx=True)
    assert [option.get("value") for option in page.find_all("option")] == ["CUST-58"]


def test_markup_in_a_name_is_words(client):
    staff = client.as_operator()
    page = staff.follow(staff.submit(staff.get(NEW), CREATE, {"name": "<b>Acme</b>", "custom_data": '{"<i>": "<script>"}'}))
    assert page.h1 == "<b>Acme</b>"
    assert not page.find_all("b")
    assert not page.find_all("i")


def test_a_viewer_may_not_and_a_customers_person_finds_nothing(client):
    client.as_operator("viewer").post(CREATE, {"name": "Acme"}, status=403)
    client.as_operator("viewer").get(NEW, status=403)
    client.as_person().get(NEW, status=303)


def test_a_made_up_parent_link_is_no_page(client):
    client.as_operator().get(f"{NEW}?parent=01900000-0000-7000-8000-000000000000", status=404)
    assert client.as_operator().get(f"{NEW}?parent=nonsense").find("input", id="parent").get("value") == ""
