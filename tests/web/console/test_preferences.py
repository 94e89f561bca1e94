"""Who is sent what, in the console: the matrix, the judgement, the history, the master switch."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.domain import communications
from portal.model import AuditEvent, Contact, Customer, PreferenceReceipt


@pytest.fixture
def base(cast):
    return f"/console/customers/{cast.own.id}"


@pytest.fixture
def ids(cast):
    return {role: contact.id for role, contact in cast.own_contacts.items()}


def ticked(page):
    return [box.get("value") for box in page.find_all("input", name="topics") if "checked" in box.attrib and "disabled" not in box.attrib]


def receipts(database):
    with database.reading() as session:
        return list(session.scalars(select(PreferenceReceipt).order_by(PreferenceReceipt.chosen_at, PreferenceReceipt.id)))


def test_the_matrix_shows_ticks_and_prints_what_is_always_sent(client, base, ids):
    page = client.as_operator("viewer").get(f"{base}/contacts")
    printed = [box for box in page.find_all("input", name="topics") if box.get("value").endswith(":essential")]
    assert len(printed) == 3
    assert all("checked" in box.attrib and "disabled" in box.attrib for box in printed)
    ticks = ticked(client.as_operator("support").get(f"{base}/contacts"))
    assert f"{ids['owner']}:wallet" in ticks
    assert f"{ids['viewer']}:wallet" not in ticks


def test_saving_writes_what_differs_and_nothing_else(client, base, ids, database):
    operator = client.as_operator("support")
    page = operator.get(f"{base}/contacts?topic=reminders")
    sent = [*page.form("/preferences")["topics"], f"{ids['viewer']}:reminders"]
    done = operator.follow(operator.submit(page, "/preferences", {"topics": sent}))
    assert "1 choice saved." in done.text
    assert "Who will get payment reminders?" in done.text
    [receipt] = receipts(database)
    assert (receipt.topic, receipt.wanted, receipt.wording) == ("reminders", True, "Payment reminders to Vera")
    assert f"{ids['viewer']}:reminders" in ticked(done)


def test_what_was_saved_is_undone_from_where_it_is_said(client, base, ids, database):
    operator = client.as_operator("support")
    page = operator.get(f"{base}/contacts?topic=reminders")
    sent = [tick for tick in page.form("/preferences")["topics"] if tick != f"{ids['owner']}:wallet"]
    more = [f"{ids['viewer']}:reminders", f"{ids['billing_manager']}:wallet"]
    said = operator.follow(operator.submit(page, "/preferences", {"topics": [*sent, *more]}))
    assert "3 choices saved." in said.text
    done = operator.follow(operator.submit(said, "/preferences/reversal"))
    assert "Undone." in done.text
    assert "Who will get payment reminders?" in done.text
    assert set(ticked(done)) == set(ticked(page))
    assert [one.how for one in receipts(database)] == ["form"] * 3 + ["undo"] * 3
    assert "Something newer" in operator.submit(said, "/preferences/reversal", status=409).text
    client.as_operator("viewer").post(f"{base}/preferences/reversal", status=403)


def test_two_people_who_change_different_ticks_both_win(client, base, ids):
    one, other = client.as_operator("support"), client.as_operator("finance")
    first, second = one.get(f"{base}/contacts"), other.get(f"{base}/contacts")
    one.submit(first, "/preferences", {"topics": [*first.form("/preferences")["topics"], f"{ids['viewer']}:reminders"]})
    other.submit(second, "/preferences", {"topics": [*second.form("/preferences")["topics"], f"{ids['viewer']}:contracts"]})
    ticks = ticked(one.get(f"{base}/contacts"))
    assert {f"{ids['viewer']}:reminders", f"{ids['viewer']}:contracts"} <= set(ticks)


def test_the_last_reader_asks_keeps_the_ticks_and_hands_over(client, base, ids, database):
    operator = client.as_operator("support")
    page = operator.get(f"{base}/contacts?topic=wallet")
    sent = [tick for tick in page.form("/preferences")["topics"] if tick != f"{ids['owner']}:wallet"]
    asked = operator.submit(page, "/preferences", {"topics": [*sent, f"{ids['viewer']}:news"]}, status=422)
    assert "Marta Grünwald is the last who gets wallet activity. Bernd would get it instead." in asked.text
    assert "Let Bernd get it instead" in asked.text
    assert f"{ids['owner']}:wallet" not in ticked(asked)
    assert f"{ids['viewer']}:news" in ticked(asked)
    assert receipts(database) == []
    operator.submit(asked, "/preferences")
    assert {(one.contact_id, one.topic, one.wanted) for one in receipts(database)} == {
        (ids["owner"], "wallet", False),
        (ids["billing_manager"], "wallet", True),
        (ids["viewer"], "news", True),
    }


def test_who_will_get_it_is_told_by_the_function_that_sends(client, base, ids, cast, database):
    with database.writing() as session:
        session.get_one(Contact, ids["viewer"]).bounce_state = "hard"
    page = client.as_operator("viewer").get(f"{base}/contacts?topic=invoices")
    will, will_not = page.find_all("div", class_="will")[0]
    assert ["".join(one.itertext()) for one in will.iter("b")] == ["Marta Grünwald", "Bernd"]
    words = "".join(will_not.itertext())
    assert "Vera" in words
    assert "Ticked, but: Mail to this address comes back." in words
    with database.reading() as session:
        verdicts = communications.recipients(session, session.get_one(Customer, cast.own.id), "invoices")
    assert all(verdict.reason in page.text for verdict in verdicts)


def test_htmx_gets_the_part_it_asks_for(client, base):
    operator = client.as_operator("support")
    part = operator.get(f"{base}/preferences?topic=news", htmx=True)
    assert part.text.strip().startswith("Who will get product news?")
    assert not part.find_all("h1")
    assert operator.get(f"{base}/preferences?topic=news").h1 == "Grünwald & Jørgensen GmbH"
    assert not operator.get(f"{base}/contacts", htmx=True).find_all("h1")


def test_the_master_switch_stops_all_and_says_so(client, base, database):
    operator = client.as_operator("support")
    page = operator.follow(operator.post(f"{base}/communications", {"on": "n"}))
    assert "Email is switched off for this customer: nothing but sign-in and security mail goes to anyone here." in page.text
    assert "Ticked, but: Email is switched off for this customer." in page.text
    on = operator.follow(operator.submit(page, "/communications"))
    assert "Email is on for this customer" in on.text
    with database.reading() as session:
        changes = session.scalars(select(AuditEvent.changes).where(AuditEvent.action == "customer.communications").order_by(AuditEvent.id))
        assert list(changes) == [{"communications": [True, False]}, {"communications": [False, True]}]


def test_history_and_undo_on_the_contacts_page(client, base, ids, database):
    operator = client.as_operator("support")
    operator.post(f"{base}/preferences", {"shown": f"{ids['viewer']}:", "topics": f"{ids['viewer']}:reminders"})
    page = operator.get(f"{base}/contacts/{ids['viewer']}")
    assert "Payment reminders on" in page.text
    assert "Support Operator, in the console" in page.text
    assert "“Payment reminders to Vera”" in page.text
    [receipt] = receipts(database)
    done = operator.follow(operator.submit(page, "/reversal"))
    assert "Payment reminders off" in done.text
    newer = operator.post(f"{base}/contacts/{ids['viewer']}/choices/{receipt.id}/reversal", status=409)
    assert "Something newer was chosen here" in newer.text


def test_a_viewer_may_not_choose(client, base, ids, database):
    viewer = client.as_operator("viewer")
    viewer.post(f"{base}/preferences", {"shown": f"{ids['viewer']}:", "topics": f"{ids['viewer']}:news"}, status=403)
    viewer.post(f"{base}/communications", {"on": "n"}, status=403)
    viewer.post(f"{base}/contacts/{ids['viewer']}/choices/{uuid4()}/reversal", status=403)
    assert receipts(database) == []


def test_contacts_of_others_and_nonsense_in_the_form_are_not_read(client, base, cast, database):
    nora = cast.neighbour_contacts["owner"].id
    operator = client.as_operator("support")
    sent = {"shown": [f"{nora}:invoices", "x", ":", f"{uuid4()}:news"], "topics": ["nonsense", f"{nora}:news"], "handover": ["x:y", ""]}
    operator.post(f"{base}/preferences", sent)
    assert receipts(database) == []


def test_nonsense_ids_and_wrong_methods(client, base, ids):
    operator = client.as_operator()
    assert operator.get(f"{base}/contacts?topic=nonsense").status == 200
    operator.post(f"/console/customers/{uuid4()}/preferences", status=404)
    operator.post(f"{base}/contacts/{ids['viewer']}/choices/{uuid4()}/reversal", status=404)
    operator.get(f"{base}/communications", status=405)
