"""Contacts made primary, merged, gone and asked to confirm; what new ones are sent; one topic for many; the catalogue."""

import pytest
from sqlalchemy import select

from portal.domain import communications, contacts, search
from portal.model import Contact, Customer, EmailMessage, PreferenceReceipt
from tests import factories


@pytest.fixture
def base(cast):
    return f"/console/customers/{cast.own.id}/contacts"


@pytest.fixture
def twin(database, cast):
    with database.writing() as session:
        own = session.get_one(Customer, cast.own.id)
        return factories.contact(session, own, "bernd.private@example.org", first_name="Bernhard", last_name="Kapoor").id


def read(database, contact_id):
    with database.reading() as session:
        return session.get_one(Contact, contact_id)


def test_a_contact_is_made_primary_and_the_other_one_again(client, base, cast, database):
    support, bernd = client.as_operator("support"), cast.own_contacts["billing_manager"].id
    done = support.follow(support.submit(support.get(f"{base}/{bernd}"), f"{bernd}/primary"))
    assert "is the primary contact now" in done.text
    assert read(database, bernd).is_primary
    support.submit(done, f"{cast.own_contacts['owner'].id}/primary")
    assert not read(database, bernd).is_primary


def test_an_address_of_another_customer_is_not_made_this_ones(client, base, cast, database):
    with database.writing() as session:
        there = factories.contact(session, session.get_one(Customer, cast.own.id), "nora@nachbar.example", first_name="Nora").id
    support = client.as_operator("support")
    page = support.submit(support.get(f"{base}/{there}"), f"{there}/primary", status=422)
    assert "belongs to Nachbar AG" in page.text


def test_two_contacts_are_set_side_by_side_and_become_one(client, base, cast, database, twin):
    support, bernd = client.as_operator("support"), cast.own_contacts["billing_manager"].id
    asked = support.get(f"{base}/{bernd}/merger")
    assert any(str(twin) == option.get("value") for option in asked.find_all("option"))
    page = support.get(f"{base}/{bernd}/merger?with={twin}")
    assert "Billing manager: the higher of billing manager and no access." in page.text
    form = page.form("/merger")
    assert (form["first_name"], form["last_name"]) == (str(bernd), str(twin))
    done = support.follow(support.submit(page, "/merger", {"first_name": str(twin)}))
    assert "are one contact now" in done.text
    assert "Made one with" in done.text
    assert (read(database, bernd).name, read(database, twin).merged_into_id) == ("Bernhard Kapoor", bernd)


@pytest.mark.parametrize("other", ["self", "foreign", "nonsense"])
def test_a_contact_becomes_one_with_nobody_else(client, base, cast, other):
    support, bernd = client.as_operator("support"), cast.own_contacts["billing_manager"].id
    named = {"self": bernd, "foreign": cast.neighbour_contacts["owner"].id, "nonsense": "nonsense"}[other]
    support.get(f"{base}/{bernd}/merger?with={named}", status=404)
    support.post(f"{base}/{bernd}/merger", {"with": str(named)}, status=404)


def test_a_merge_without_the_other_comes_back_and_asks(client, base, cast):
    bernd = cast.own_contacts["billing_manager"].id
    page = client.as_operator("support").post(f"{base}/{bernd}/merger", {}, status=422)
    assert page.find_all("select", name="with")


def test_who_is_gone_is_listed_with_what_was_chosen_and_sent(client, base, cast, database):
    with database.writing() as session:
        vera = session.get_one(Contact, cast.own_contacts["viewer"].id)
        communications.choose(session, vera, {"reminders": True}, how="form", by=cast.operator("support"))
        contacts.remove(session, vera, by=cast.operator("support"))
    support = client.as_operator("support")
    page = support.get(f"{base}/removed")
    assert "Vera" in page.text
    gone = support.get(f"{base}/removed/{vera.id}")
    assert "Payment reminders on" in gone.text
    assert "What is sent has changed" in gone.text
    support.submit(gone, "/restoration")
    assert read(database, vera.id).removed_at is None
    support.get(f"{base}/removed/{vera.id}", status=404)


def test_an_unconfirmed_address_is_asked_once(client, base, database, twin):
    support = client.as_operator("support")
    page = support.get(f"{base}/{twin}")
    assert "Not confirmed yet" in page.text
    done = support.follow(support.submit(page, "/verification"))
    assert "is on its way to bernd.private@example.org" in done.text
    again = support.follow(support.submit(done, "/verification"))
    assert "a few minutes ago" in again.text
    with database.reading() as session:
        assert len(session.scalars(select(EmailMessage).where(EmailMessage.letter == "contact_confirm")).all()) == 1


def test_the_same_person_elsewhere_is_linked(client, base, database, cast, twin):
    with database.writing() as session:
        factories.contact(session, session.get_one(Customer, cast.neighbour.id), "bernd.private@example.org")
    page = client.as_operator("viewer").get(f"{base}/{twin}")
    assert "Nachbar AG" in page.text


def test_what_new_contacts_are_sent_is_set_and_used(client, base, database):
    support = client.as_operator("support")
    page = support.get(f"{base}/defaults")
    assert page.form("/defaults")["topics"] == "invoices"
    support.submit(page, "/defaults", {"topics": ["reminders"]})
    support.submit(support.get(f"{base}/new"), "/contacts", {"email": "new@gruenwald.example"})
    with database.reading() as session:
        receipts = session.scalars(select(PreferenceReceipt).order_by(PreferenceReceipt.topic)).all()
    assert [(one.topic, one.wanted, one.actor_name) for one in receipts] == [
        ("invoices", False, "Support Operator"),
        ("reminders", True, "Support Operator"),
    ]


@pytest.fixture
def found(database, cast):
    """Have both customers found by search."""
    with database.writing() as session:
        search.index(session, [cast.own.id, cast.neighbour.id])


def test_a_topic_for_many_is_seen_before_it_is_done(client, database, found):
    support = client.as_operator("support")
    page = support.get("/console/preferences?q=gr%C3%BCnwald")
    assert "1 customer of the list" in page.text
    sent = {"topic": "invoices", "wanted": "off", "whom": "secondary"}
    seen = support.submit(page, "/console/preferences", sent, status=422)
    assert [one.text for one in seen.find("dl").iter("dd")] == ["2", "0", "0"]
    with database.reading() as session:
        assert session.query(PreferenceReceipt).count() == 0
    sure = next(form for form in seen.find_all("form") if any(one.get("name") == "sure" for one in form.iter("input")))
    data = [(one.get("name"), one.get("value")) for one in sure.iter("input")]
    assert support.http.post("/console/preferences", data=dict(data)).status_code == 303
    with database.reading() as session:
        assert session.query(PreferenceReceipt).count() == 2


def test_a_search_is_kept_from_the_list_to_the_choice(client, found):
    support = client.as_operator("support")
    page = support.get("/console/customers/?q=nachbar")
    assert [one for one in page.find_all("a") if one.get("href") == "/console/preferences?q=nachbar"]
    assert (
        "Nobody would get it any more at: Nachbar AG"
        in support.post("/console/preferences", {"q": "nachbar", "topic": "invoices", "wanted": "off", "whom": "all"}, status=422).text
    )


def test_marketing_is_switched_on_for_nobody_but_by_themselves(client):
    support = client.as_operator("support")
    page = support.post("/console/preferences", {"topic": "news", "wanted": "on", "whom": "all"}, status=422)
    assert "not on" in page.text


def test_topics_are_added_renamed_hidden_and_shown(client, base):
    manager = client.as_operator("manager")
    assert "Product news" in manager.get("/console/settings/topics").text
    done = manager.follow(manager.post("/console/settings/topics", {"label": "Events", "hint": "Twice a year"}))
    assert "Events can be chosen now" in done.text
    assert "Events" in manager.get(base).text
    again = manager.post("/console/settings/topics", {"label": "events", "hint": ""}, status=422)
    assert "There is a topic of this name already" in again.text
    edit = manager.get("/console/settings/topics/news.events/edit")
    manager.submit(edit, "/console/settings/topics/news.events", {"label": "Meetings"})
    shown = manager.get("/console/settings/topics")
    hidden = manager.follow(manager.submit(shown, "/topics/news.events/visibility"))
    assert "Meetings is hidden" in hidden.text
    assert "Meetings" not in manager.get(base).text
    manager.submit(hidden, "/topics/news.events/visibility")
    assert "Meetings" in manager.get(base).text


@pytest.mark.parametrize("topic", ["invoices", "sign_in", "news.none_such"])
def test_only_marketing_topics_are_changed(client, topic):
    manager = client.as_operator("manager")
    manager.get(f"/console/settings/topics/{topic}/edit", status=404)
    manager.post(f"/console/settings/topics/{topic}/visibility", {"hidden": "y"}, status=404)


def test_an_own_topic_is_chosen_in_the_matrix_the_portal_and_by_link(client, base, database, cast):
    manager = client.as_operator("manager")
    manager.post("/console/settings/topics", {"label": "Events", "hint": ""})
    own = client.as_person("viewer")
    page = own.get("/account/preferences")
    viewer = cast.own_contacts["viewer"].id
    kept = page.form("/preferences")["topics"]
    own.submit(page, "/preferences", {"topics": [*([kept] if isinstance(kept, str) else kept), f"{viewer}:news.events"]})
    page = client.as_operator("support").get(f"{base}?topic=news.events")
    assert "Who will get events?" in page.text
    with database.reading() as session:
        verdicts = communications.recipients(session, session.get_one(Customer, cast.own.id), "news.events")
    assert [one.contact.id for one in verdicts if one.will] == [viewer]
