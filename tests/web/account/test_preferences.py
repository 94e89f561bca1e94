"""What we send you, in the portal: one's own choice, and everybody's for those who may."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.domain import communications
from portal.model import AuditEvent, Contact, PreferenceReceipt

PATH = "/account/preferences"


@pytest.fixture
def ids(cast):
    return {role: contact.id for role, contact in cast.own_contacts.items()}


def receipts(database):
    with database.reading() as session:
        return list(session.scalars(select(PreferenceReceipt).order_by(PreferenceReceipt.chosen_at, PreferenceReceipt.id)))


def test_a_viewer_chooses_for_oneself_and_sees_nobody_elses(client, ids, database):
    vera = client.as_person("viewer")
    page = vera.get(PATH)
    assert page.h1 == "What we send you"
    assert "bernd@gruenwald.example" not in page.text
    done = vera.follow(vera.submit(page, PATH, {"topics": [f"{ids['viewer']}:invoices", f"{ids['viewer']}:news"]}))
    assert "1 choice saved." in done.text
    assert [(one.topic, one.wanted, one.actor_name) for one in receipts(database)] == [("news", True, "Vera")]


def test_what_was_saved_is_undone_from_where_it_is_said(client, ids, database):
    vera, bernd = client.as_person("viewer"), ids["billing_manager"]
    said = vera.follow(vera.submit(vera.get(PATH), PATH, {"topics": [f"{ids['viewer']}:news"]}))
    assert "2 choices saved." in said.text
    assert "Undone." in vera.follow(vera.submit(said, "/reversal")).text
    assert [(one.topic, one.wanted) for one in receipts(database)][2:] == [("invoices", True), ("news", False)]
    marta = client.as_person("owner")
    marta.post(PATH, {"shown": f"{bernd}:invoices", "topics": f"{bernd}:invoices"})
    marta.post(PATH, {"shown": f"{bernd}:invoices", "topics": []})
    theirs = receipts(database)[-1]
    vera.post(f"{PATH}/reversal", {"choice": f"{bernd}:{theirs.id}"}, status=403)
    assert receipts(database)[-1].id == theirs.id


def test_a_viewer_may_not_choose_for_others(client, ids, database):
    vera = client.as_person("viewer")
    vera.post(PATH, {"shown": f"{ids['owner']}:invoices", "topics": []}, status=403)
    assert receipts(database) == []


def test_an_owner_changes_who_receives_invoices_and_the_act_is_recorded(client, ids, database):
    marta = client.as_person("owner")
    page = marta.get(f"{PATH}?topic=invoices")
    assert "Who will get invoices?" in page.text
    forms = [form for form in page.find_all("form") if form.get("id") == "all"]
    boxes = [box.get("value") for box in forms[0].iter("input") if box.get("name") == "topics" and "checked" in box.attrib]
    shown = [field.get("value") for field in forms[0].iter("input") if field.get("name") == "shown"]
    kept = [box for box in boxes if box != f"{ids['viewer']}:invoices"]
    marta.post(PATH, {"topics": kept, "shown": shown, "topic": "invoices"})
    with database.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "preference.changed")).one()
    assert (event.actor_name, event.origin, event.subject_name) == ("Marta Grünwald", "portal", "Vera")
    assert event.changes == {"invoices": ["on", "off"]}


def test_the_last_reader_is_told_and_hands_over_with_one_button(client, ids, database):
    marta = client.as_person("owner")
    page = marta.get(PATH)
    kept = [tick for tick in page.form(PATH)["topics"] if not tick.endswith(":wallet")]
    asked = marta.submit(page, PATH, {"topics": kept}, status=422)
    assert "Let Bernd get it instead" in asked.text
    assert receipts(database) == []
    marta.submit(asked, PATH)
    assert {(one.contact_id, one.wanted) for one in receipts(database)} == {(ids["owner"], False), (ids["billing_manager"], True)}


def test_ones_own_history_can_be_undone(client, ids, database):
    vera = client.as_person("viewer")
    vera.post(PATH, {"shown": f"{ids['viewer']}:", "topics": f"{ids['viewer']}:news"})
    page = vera.get(f"/account/contacts/{ids['viewer']}")
    assert "Vera, in the portal" in page.text
    done = vera.follow(vera.submit(page, "/reversal"))
    assert "Product news off" in done.text


def test_the_history_of_others_is_for_those_who_may_choose_for_them(client, cast, ids, database):
    with database.writing() as session:
        marta = session.get_one(Contact, ids["owner"])
        [receipt] = communications.choose(session, marta, {"news": True}, how="form", by=cast.person())
    vera = client.as_person("viewer")
    assert "What was chosen" not in vera.get(f"/account/contacts/{ids['owner']}").text
    vera.post(f"{PATH}/{ids['owner']}/choices/{receipt.id}/reversal", status=403)
    assert "Product news on" in client.as_person("billing_manager").get(f"/account/contacts/{ids['owner']}").text


def test_a_neighbour_reaches_none_of_it(client, cast, ids, database):
    nora = client.as_person("owner", at="neighbour")
    nora.post(PATH, {"shown": f"{ids['viewer']}:invoices", "topics": []})
    nora.post(f"{PATH}/{ids['viewer']}/choices/{uuid4()}/reversal", status=404)
    assert receipts(database) == []


def test_htmx_gets_the_parts(client):
    marta = client.as_person("owner")
    assert marta.get(f"{PATH}?who=1&topic=news", htmx=True).text.strip().startswith("Who will get product news?")
    assert not marta.get(PATH, htmx=True).find_all("header", class_="top")


def test_nonsense_wrong_methods_and_strangers(client, ids):
    marta = client.as_person("owner")
    marta.post(PATH, {"shown": ["x", ":", f"{uuid4()}:news"], "topics": "nonsense"})
    marta.post(f"{PATH}/{ids['owner']}/choices/{uuid4()}/reversal", status=404)
    marta.get(f"{PATH}/{ids['owner']}/choices/{uuid4()}/reversal", status=405)
    assert "/sign-in" in client.get(PATH, status=303).location
