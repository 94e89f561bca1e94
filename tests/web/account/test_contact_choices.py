"""A customer's own people keep their contacts: primary, merged, gone, asked to confirm; and what new ones are sent."""

import pytest

from portal.domain import communications, contacts
from portal.model import Contact, Customer
from tests import factories


@pytest.fixture
def twin(database, cast):
    with database.writing() as session:
        return factories.contact(session, session.get_one(Customer, cast.own.id), "bernd.private@example.org", last_name="Kapoor").id


def read(database, contact_id):
    with database.reading() as session:
        return session.get_one(Contact, contact_id)


def test_an_owner_makes_another_contact_primary(client, cast, database):
    owner, vera = client.as_person("owner"), cast.own_contacts["viewer"].id
    done = owner.follow(owner.submit(owner.get(f"/account/contacts/{vera}"), f"{vera}/primary"))
    assert "the company's own address" in done.text
    assert read(database, vera).is_primary


def test_a_billing_manager_makes_no_owner(client, database, twin):
    manager = client.as_person("billing_manager")
    page = manager.post(f"/account/contacts/{twin}/primary", {}, status=403)
    assert "Only an owner" in page.text
    assert not read(database, twin).is_primary


def test_a_billing_manager_merges_two_of_one_person(client, cast, database, twin):
    manager, vera = client.as_person("billing_manager"), cast.own_contacts["viewer"].id
    page = manager.get(f"/account/contacts/{vera}/merger?with={twin}")
    done = manager.follow(manager.submit(page, "/merger"))
    assert "are one contact now" in done.text
    assert (read(database, vera).last_name, read(database, twin).merged_into_id) == ("Kapoor", vera)


def test_a_billing_manager_does_not_merge_an_owner_away(client, cast, database, twin):
    manager = client.as_person("billing_manager")
    manager.get(f"/account/contacts/{cast.own_contacts['owner'].id}/merger?with={twin}", status=403)
    manager.post(f"/account/contacts/{twin}/merger", {"with": str(cast.own_contacts["owner"].id)}, status=403)
    assert read(database, twin).removed_at is None


def test_a_viewer_reads_none_of_it(client, cast, twin):
    viewer = client.as_person("viewer")
    for path in (f"/account/contacts/{twin}/merger", "/account/contacts/removed", "/account/contacts/defaults"):
        viewer.get(path, status=403)


def test_a_neighbours_contacts_are_not_there(client, cast, twin):
    neighbour = client.as_person("owner", at="neighbour")
    neighbour.get(f"/account/contacts/{twin}/merger", status=404)
    neighbour.post(f"/account/contacts/{twin}/primary", {}, status=404)
    neighbour.post(f"/account/contacts/{twin}/verification", {}, status=404)
    neighbour.get(f"/account/contacts/removed/{twin}", status=404)


def test_who_is_gone_is_listed_with_what_was_chosen_and_brought_back(client, cast, database, twin):
    with database.writing() as session:
        contact = session.get_one(Contact, twin)
        communications.choose(session, contact, {"reminders": True}, how="form", by=cast.operator("support"))
        contacts.remove(session, contact, by=cast.person())
    owner = client.as_person("owner")
    assert "Kapoor" in owner.get("/account/contacts/removed").text
    gone = owner.get(f"/account/contacts/removed/{twin}")
    assert "Payment reminders on" in gone.text
    owner.submit(gone, "/restoration")
    assert read(database, twin).removed_at is None


def test_what_new_contacts_are_sent_is_set_by_the_customer(client, cast, database):
    manager = client.as_person("billing_manager")
    manager.submit(manager.get("/account/contacts/defaults"), "/defaults", {"topics": ["invoices", "statements"]})
    with database.reading() as session:
        assert communications.defaults(session, cast.own.id)["statements"]
        assert not communications.defaults(session, cast.neighbour.id)["statements"]


def test_an_unconfirmed_address_is_asked_to_confirm(client, twin):
    owner = client.as_person("owner")
    done = owner.follow(owner.submit(owner.get(f"/account/contacts/{twin}"), "/verification"))
    assert "is on its way to bernd.private@example.org" in done.text


def test_billing_mail_that_reaches_nobody_any_more_is_said_on_the_first_page(client, cast, database):
    owner = client.as_person("owner")
    assert "Nobody here gets" not in owner.get("/account").text
    with database.writing() as session:
        session.get_one(Contact, cast.own_contacts["owner"].id).bounce_state = "hard"
    page = owner.get("/account")
    assert "Nobody here gets receipts and refunds, payment reminders, wallet activity and contracts" in page.text
