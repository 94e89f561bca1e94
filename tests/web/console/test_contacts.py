"""The contacts of a customer in the console: listed, added, changed, removed."""

from uuid import uuid4

import pytest

from portal.domain import contacts
from portal.model import Contact


@pytest.fixture
def base(cast):
    return f"/console/customers/{cast.own.id}/contacts"


def people(database, cast):
    with database.reading() as session:
        return {contact.email: contact for contact in contacts.of_customer(session, cast.own.id)}


def test_the_page_lists_everybody_with_role_and_state(client, base):
    page = client.as_operator("viewer").get(base)
    for words in ("Marta Grünwald", "Owner, primary", "bernd@gruenwald.example", "Billing manager"):
        assert words in page.text


def test_adding_a_contact(client, base, database, cast):
    operator = client.as_operator("support")
    form = operator.get(f"{base}/new")
    sent = {"first_name": "結衣", "last_name": "田中", "email": "Yui@Example.JP", "phone": "+81 3-1234-5678", "portal_role": "viewer"}
    page = operator.follow(operator.submit(form, base, sent))
    assert "結衣 田中 is a contact now." in page.text
    made = people(database, cast)["Yui@example.jp"]
    assert (made.phone, made.portal_role, made.is_primary) == ("+81312345678", "viewer", False)


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(client, base):
    operator = client.as_operator("support")
    form = operator.get(f"{base}/new")
    page = operator.submit(form, base, {"email": "not an address", "phone": "12", "job_title": "Accounts"}, status=422)
    assert "Two things to put right. Nothing has been saved yet." in page.text
    assert "has no @" in page.text
    assert page.find("input", name="job_title").get("value") == "Accounts"
    assert page.find("input", name="email").get("aria-invalid") == "true"
    taken = operator.submit(form, base, {"email": "BERND@gruenwald.example"}, status=422)
    assert "Bernd has this address here already." in taken.text


def test_changing_a_contact(client, base, database, cast):
    operator = client.as_operator("support")
    vera = cast.own_contacts["viewer"]
    form = operator.get(f"{base}/{vera.id}/edit")
    page = operator.follow(operator.submit(form, f"/{vera.id}", {"job_title": "Head of Accounts", "locale": "de"}))
    assert "Head of Accounts" in page.text
    assert people(database, cast)["vera@gruenwald.example"].locale == "de"


def test_what_somebody_else_saved_meanwhile_is_shown_beside_ones_own(client, base, database, cast):
    operator = client.as_operator("support")
    vera = cast.own_contacts["viewer"]
    form = operator.get(f"{base}/{vera.id}/edit")
    with database.writing() as session:
        contacts.change(session, session.get_one(Contact, vera.id), {"last_name": "Theirs"}, by=cast.operator())
    page = operator.submit(form, f"/{vera.id}", {"last_name": "Mine"}, status=422)
    assert "Somebody changed this contact while you had it open." in page.text
    assert ["".join(one.itertext()) for tag in ("del", "ins") for one in page.find_all(tag)] == ["Theirs", "Mine"]
    assert people(database, cast)["vera@gruenwald.example"].last_name == "Theirs"
    operator.submit(page, f"/{vera.id}")
    assert people(database, cast)["vera@gruenwald.example"].last_name == "Mine"


def test_removing_a_contact(client, base, database, cast):
    operator = client.as_operator("support")
    vera = cast.own_contacts["viewer"]
    page = operator.follow(operator.submit(operator.get(f"{base}/{vera.id}"), "/removal"))
    assert "Vera is no contact any more." in page.text
    assert "vera@gruenwald.example" not in people(database, cast)
    operator.get(f"{base}/{vera.id}", status=404)


def test_a_removal_is_undone_from_where_it_is_said(client, base, database, cast):
    operator = client.as_operator("support")
    vera = cast.own_contacts["viewer"]
    said = operator.follow(operator.submit(operator.get(f"{base}/{vera.id}"), "/removal"))
    back = operator.follow(operator.submit(said, "/restoration"))
    assert "Vera is a contact again." in back.text
    assert "vera@gruenwald.example" in people(database, cast)
    operator.submit(said, "/restoration", status=404)
    client.as_operator("viewer").post(f"{base}/{vera.id}/restoration", status=403)


def test_removing_the_last_reader_asks_and_one_button_hands_over(client, base, database, cast):
    operator = client.as_operator("support")
    bernd, marta = cast.own_contacts["billing_manager"].id, cast.own_contacts["owner"].id
    operator.post(
        f"/console/customers/{cast.own.id}/preferences",
        {"shown": [f"{marta}:wallet", f"{bernd}:"], "topics": [f"{bernd}:wallet"]},
    )
    asked = operator.submit(operator.get(f"{base}/{bernd}"), "/removal", status=422)
    assert "Bernd is the last who gets wallet activity. Marta Grünwald would get it instead." in asked.text
    assert "bernd@gruenwald.example" in people(database, cast)
    accept = next(form for form in asked.find_all("form") if any(one.get("name") == "handover" for one in form.iter("input")))
    operator.post(accept.get("action"), {"handover": f"wallet:{marta}"})
    assert "bernd@gruenwald.example" not in people(database, cast)


def test_the_primary_contact_says_why_it_stays(client, base, cast):
    operator = client.as_operator("support")
    marta = cast.own_contacts["owner"].id
    page = operator.post(f"{base}/{marta}/removal", status=422)
    assert "This is the customer's own address." in page.text


@pytest.mark.parametrize("path", ["", "/{id}", "/{id}/removal"])
def test_a_viewer_may_read_and_not_change(client, base, cast, path):
    viewer = client.as_operator("viewer")
    vera = cast.own_contacts["viewer"].id
    viewer.post(base + path.format(id=vera), status=403)
    assert not viewer.get(f"{base}/{vera}").find_all("button", class_="undo")


def test_customers_and_strangers_are_kept_out(client, base):
    assert "/sign-in" in client.as_person("owner").get(base, status=303).location


def test_a_contact_of_another_customer_is_not_found_here(client, base, cast):
    nora = cast.neighbour_contacts["owner"].id
    operator = client.as_operator()
    operator.get(f"{base}/{nora}", status=404)
    operator.get(f"{base}/{nora}/edit", status=404)
    operator.post(f"{base}/{nora}/removal", status=404)


def test_nonsense_ids_and_wrong_methods(client, base):
    operator = client.as_operator()
    operator.get(f"{base}/{uuid4()}", status=404)
    operator.get(f"{base}/nonsense", status=404)
    operator.get(f"/console/customers/{uuid4()}/contacts", status=404)
    operator.get(f"{base}/{uuid4()}/removal", status=405)
