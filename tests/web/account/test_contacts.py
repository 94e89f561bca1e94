"""The contacts in the portal: kept by the customer's own people, each within the role."""

from uuid import uuid4

import pytest

from portal.domain import contacts

BASE = "/account/contacts"


def people(database, cast):
    with database.reading() as session:
        return {contact.email: contact for contact in contacts.of_customer(session, cast.own.id)}


def test_everybody_here_sees_who_is_here(client):
    page = client.as_person("viewer").get(BASE)
    for words in ("Marta Grünwald", "Bernd", "Vera", "Billing manager"):
        assert words in page.text
    assert "Nora" not in page.text
    assert "Add contact" not in page.text


def test_adding_changing_and_removing(client, database, cast):
    marta = client.as_person("owner")
    added = marta.submit(marta.get(f"{BASE}/new"), BASE, {"first_name": "Yui", "email": "yui@example.jp"})
    assert "Yui is a contact now." in marta.follow(added).text
    yui = people(database, cast)["yui@example.jp"]
    marta.submit(marta.get(f"{BASE}/{yui.id}/edit"), f"/{yui.id}", {"portal_role": "viewer"})
    page = marta.get(f"{BASE}/{yui.id}")
    assert "Viewer" in page.text
    marta.submit(page, "/removal")
    assert "yui@example.jp" not in people(database, cast)


def test_the_form_says_what_is_wrong(client):
    marta = client.as_person("owner")
    page = marta.submit(marta.get(f"{BASE}/new"), BASE, {"email": "", "first_name": "Yui"}, status=422)
    assert "The email address is missing" in page.text
    assert page.find("input", name="first_name").get("value") == "Yui"
    taken = marta.submit(marta.get(f"{BASE}/new"), BASE, {"email": "vera@gruenwald.example"}, status=422)
    assert "Vera has this address here already." in taken.text


def test_a_billing_manager_is_offered_no_owners_and_gets_none(client, cast, database):
    bernd = client.as_person("billing_manager")
    form = bernd.get(f"{BASE}/new")
    assert "owner" not in [option.get("value") for option in form.find_all("option")]
    page = bernd.submit(form, BASE, {"email": "x@example.com", "portal_role": "owner"}, status=422)
    assert "is not one of the choices" in page.text
    marta = cast.own_contacts["owner"].id
    assert "Only an owner" in bernd.submit(bernd.get(f"{BASE}/{marta}/edit"), f"/{marta}", {"first_name": "M"}, status=422).text
    assert "x@example.com" not in people(database, cast)


def test_nobody_takes_over_a_colleagues_way_in(client, cast):
    bernd, vera = client.as_person("billing_manager"), cast.own_contacts["viewer"].id
    page = bernd.submit(bernd.get(f"{BASE}/{vera}/edit"), f"/{vera}", {"email": "mine@example.com"}, status=422)
    assert "Somebody signs in with this address." in page.text


def test_the_last_owner_stays(client, cast):
    marta, own = client.as_person("owner"), cast.own_contacts["owner"].id
    page = marta.submit(marta.get(f"{BASE}/{own}/edit"), f"/{own}", {"portal_role": "viewer"}, status=422)
    assert "This is the last owner in the portal." in page.text


def test_a_removal_is_undone_from_where_it_is_said(client, cast, database):
    marta, vera = client.as_person("owner"), cast.own_contacts["viewer"].id
    said = marta.follow(marta.submit(marta.get(f"{BASE}/{vera}"), "/removal"))
    assert "vera@gruenwald.example" not in people(database, cast)
    client.as_person("owner", at="neighbour").post(f"{BASE}/{vera}/restoration", status=404)
    assert "Vera is a contact again." in marta.follow(marta.submit(said, "/restoration")).text
    assert "vera@gruenwald.example" in people(database, cast)


@pytest.mark.parametrize("path", ["", "/{id}", "/{id}/removal", "/{id}/restoration"])
def test_a_viewer_may_not_change(client, cast, path):
    client.as_person("viewer").post(BASE + path.format(id=cast.own_contacts["billing_manager"].id), status=403)


def test_a_neighbour_sees_nothing_of_it(client, cast):
    nora, vera = client.as_person("owner", at="neighbour"), cast.own_contacts["viewer"].id
    nora.get(f"{BASE}/{vera}", status=404)
    nora.get(f"{BASE}/{vera}/edit", status=404)
    nora.post(f"{BASE}/{vera}", {"email": "x@example.com"}, status=404)
    nora.post(f"{BASE}/{vera}/removal", status=404)


def test_nonsense_ids_wrong_methods_and_strangers(client):
    marta = client.as_person("owner")
    marta.get(f"{BASE}/{uuid4()}", status=404)
    marta.get(f"{BASE}/nonsense", status=404)
    marta.get(f"{BASE}/{uuid4()}/removal", status=405)
    assert "/sign-in" in client.get(BASE, status=303).location
