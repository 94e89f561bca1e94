"""A merge is undone from the toast, the list of those removed and the page of the one who is gone, which says what follows."""

import pytest

from portal.domain import communications, contacts
from portal.model import Contact, Customer
from tests import factories


@pytest.fixture
def base(cast):
    return f"/console/customers/{cast.own.id}/contacts"


@pytest.fixture
def bernd(cast):
    return cast.own_contacts["billing_manager"].id


@pytest.fixture
def twin(database, cast, bernd):
    """Another row of Bernd's, which became a part of him."""
    with database.writing() as session:
        own = session.get_one(Customer, cast.own.id)
        made = factories.contact(session, own, "bernd.private@example.org", first_name="Bernhard", last_name="Kapoor", phone="+49301234567")
        communications.choose(session, made, {"reminders": True}, how="form", by=cast.operator())
        contacts.merge(session, session.get_one(Contact, bernd), made, {"email": str(bernd)}, by=cast.operator())
        return made.id


def read(database, contact_id):
    with database.reading() as session:
        return session.get_one(Contact, contact_id)


def change(database, cast, contact_id, **facts):
    with database.writing() as session:
        contacts.change(session, session.get_one(Contact, contact_id), facts, by=cast.person("owner"))


def test_the_toast_after_a_merge_undoes_it(client, base, cast, database, bernd):
    vera = cast.own_contacts["viewer"].id
    support = client.as_operator("support")
    done = support.follow(support.submit(support.get(f"{base}/{bernd}/merger?with={vera}"), "/merger"))
    assert "vera@gruenwald.example and bernd@gruenwald.example are one contact now." in done.text
    undone = support.follow(support.submit(done, f"{vera}/restoration"))
    assert "Vera and Bernd are two contacts again." in undone.text
    assert (read(database, vera).removed_at, read(database, vera).merged_into_id) == (None, None)


def test_the_page_of_who_is_gone_says_what_comes_back_and_does_it(client, base, database, bernd, twin):
    support = client.as_operator("support")
    assert "Undo the merge" in support.get(f"{base}/removed").text
    page = support.get(f"{base}/removed/{twin}")
    for words in ("Undo the merge", "Bernd Kapoor again", "Last name: none", "Phone: none", "Payment reminders off for Bernd Kapoor"):
        assert words in page.text, words
    done = support.follow(support.submit(page, "/restoration"))
    assert "Bernhard Kapoor and Bernd are two contacts again." in done.text
    assert (read(database, bernd).phone, read(database, bernd).last_name) == ("", "")
    assert "two contacts again" in support.get(f"{base.removesuffix('/contacts')}/activity").text


def test_what_stays_is_said_before_and_after_on_both_pages(client, base, cast, database, bernd, twin):
    change(database, cast, bernd, phone="+49309999999")
    support = client.as_operator("support")
    sentence = "Bernd keeps the phone +49 30 9999999: Marta Grünwald changed it since."
    page = support.get(f"{base}/removed/{twin}")
    assert sentence in page.text
    assert "Phone: none" not in page.text
    assert sentence in support.follow(support.submit(page, "/restoration")).text
    assert sentence in support.get(f"{base}/{bernd}").text
    assert sentence in support.get(f"{base.removesuffix('/contacts')}/activity").text


def test_where_it_cannot_be_undone_the_page_says_why_and_offers_no_button(client, base, cast, database, twin):
    with database.writing() as session:
        own = session.get_one(Customer, cast.own.id)
        contacts.add(session, own, {"email": "bernd.private@example.org", "first_name": "New"}, by=cast.operator())
    support = client.as_operator("support")
    page = support.get(f"{base}/removed/{twin}")
    assert "New has this address here already." in page.text
    assert not [form for form in page.find_all("form") if "/restoration" in (form.get("action") or "")]
    refused = support.submit(support.get(f"{base}/removed"), f"{twin}/restoration", status=422)
    assert "New has this address here already." in refused.text


def test_a_viewer_of_the_console_reads_it_and_may_not(client, base, twin):
    viewer = client.as_operator("viewer")
    page = viewer.get(f"{base}/removed/{twin}")
    assert "Comes back" in page.text
    assert not [form for form in page.find_all("form") if "/restoration" in (form.get("action") or "")]


def test_the_customers_owner_undoes_it_in_the_portal(client, cast, database, bernd, twin):
    change(database, cast, bernd, phone="+49309999999")
    owner = client.as_person("owner")
    sentence = "Bernd keeps the phone +49 30 9999999: Marta Grünwald changed it since."
    page = owner.get(f"/account/contacts/removed/{twin}")
    assert sentence in page.text
    done = owner.follow(owner.submit(page, "/restoration"))
    assert "Bernhard Kapoor and Bernd are two contacts again." in done.text
    assert sentence in done.text
    assert sentence in owner.get(f"/account/contacts/{bernd}").text
    assert "two contacts again" in owner.get("/account/activity").text


def test_the_toast_in_the_portal_undoes_it_too(client, cast, database, bernd):
    vera = cast.own_contacts["viewer"].id
    owner = client.as_person("owner")
    done = owner.follow(owner.submit(owner.get(f"/account/contacts/{bernd}/merger?with={vera}"), "/merger"))
    undone = owner.follow(owner.submit(done, f"{vera}/restoration"))
    assert "Vera and Bernd are two contacts again." in undone.text


def test_a_billing_manager_who_would_change_access_by_it_is_told_so(client, cast, database):
    vera, bernd = cast.own_contacts["viewer"].id, cast.own_contacts["billing_manager"].id
    with database.writing() as session:
        mia = factories.contact(session, session.get_one(Customer, cast.own.id), "mia@gruenwald.example", first_name="Mia")
        pair = session.get_one(Contact, mia.id), session.get_one(Contact, vera)
        contacts.merge(session, *pair, {"email": str(mia.id)}, by=cast.operator())
    manager = client.as_person("billing_manager")
    page = manager.submit(manager.get(f"/account/contacts/removed/{vera}"), "/restoration", status=403)
    assert "Only an owner can say who may enter the portal" in page.text
    assert read(database, vera).removed_at is not None
    assert bernd is not None


def test_a_neighbour_finds_nothing(client, twin):
    client.as_person("owner", at="neighbour").get(f"/account/contacts/removed/{twin}", status=404)
