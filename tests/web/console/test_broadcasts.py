"""Broadcasts in the console: written, counted, looked at, sent, stopped, and what became of them."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from portal.domain import letters
from portal.model import Broadcast, Contact, EmailMessage, User
from portal.values import clock
from portal.worker import broadcast_job
from tests import factories

WORDS = letters.ours("broadcast")
TYPED = {"name": "Spring", "view": "all", "topic": "invoices", "subject": WORDS.subject, "preheader": WORDS.preheader, "body": WORDS.body}
HERE = "/console/broadcasts"


def work(database) -> None:
    while broadcast_job.run(database):
        pass


@pytest.fixture
def manager(client):
    return client.as_operator("manager")


@pytest.fixture
def drafted(database, manager):
    """Write a draft by the form, count it, and give the address of its page."""

    def make(**changed) -> str:
        address = manager.post(HERE, TYPED | changed).location
        work(database)
        return address

    return make


def only(database) -> Broadcast:
    with database.reading() as session:
        return session.scalars(select(Broadcast)).one()


def written(database) -> list[EmailMessage]:
    with database.reading() as session:
        return list(session.scalars(select(EmailMessage).where(EmailMessage.broadcast_id.is_not(None))))


def test_an_empty_list_says_what_a_broadcast_is(manager):
    page = manager.get(HERE).body
    assert "No broadcast was written yet." in page
    assert f'href="{HERE}/new"' in page


def test_the_form_begins_with_the_words_of_the_letter(manager):
    page = manager.get(f"{HERE}/new").body
    assert "News from {business}" in page
    assert "Product news (marketing)" in page
    assert "Signing in" not in page


def test_a_draft_is_counted_and_then_offered_to_be_sent(database, manager):
    address = manager.post(HERE, TYPED).location
    page = manager.get(address).body
    assert "Counting: 0 customers so far" in page
    assert 'hx-trigger="every 1s"' in page
    assert '<meta http-equiv="refresh"' in page
    work(database)
    page = manager.get(address).body
    assert "Counting" not in page
    assert "hx-trigger" not in page.partition('id="letter"')[0].partition('id="broadcast"')[2]
    assert "Send to 4 people" in page


def test_the_fragment_is_the_state_alone(database, drafted, manager):
    answer = manager.get(drafted(), htmx=True)
    assert answer.body.lstrip().startswith('<div id="broadcast"')
    assert "<iframe" not in answer.body


def test_the_letter_is_shown_with_a_customers_own_facts_in_a_frame_that_can_do_nothing(drafted, manager, cast):
    address = drafted()
    page = manager.get(f"{address}?customer=CUST-58").text
    assert "Shown with the facts of Nachbar AG." in page
    framed = manager.http.get(f"{address}/html?customer=CUST-58")
    assert "what it means for Nachbar AG" in framed.text
    assert "because invoices are on" in framed.text
    assert "sandbox" in framed.headers["Content-Security-Policy"]
    assert "Hello Nora," in manager.get(f"{address}?customer=CUST-58&as=text").text
    assert "there is no customer of the ID “CUST-999”" in manager.get(f"{address}?customer=CUST-999").text


def test_the_letter_is_framed_in_the_language_of_the_customer_it_is_shown_with(database, drafted, manager, cast):
    address = drafted()
    with database.writing() as session:
        session.merge(cast.neighbour).locale = "de"
    assert "weil „Rechnungen“ eingeschaltet ist" in manager.http.get(f"{address}/html?customer=CUST-58").text


def test_words_are_looked_at_before_they_are_saved(database, manager):
    looked = manager.http.post(f"{HERE}/draft", data=TYPED | {"body": "Hello, **this** is it.", "csrf_token": manager.csrf_token()})
    assert looked.status_code == 200
    assert "this" in looked.text
    wrong = manager.http.post(f"{HERE}/draft", data=TYPED | {"body": "Hello {nobody}", "csrf_token": manager.csrf_token()})
    assert wrong.status_code == 422
    assert "There is no {nobody} here." in wrong.text
    assert manager.http.post(f"{HERE}/draft", data={"csrf_token": manager.csrf_token()}).status_code == 422
    with database.reading() as session:
        assert session.scalars(select(Broadcast)).all() == []


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(manager):
    answer = manager.post(HERE, TYPED | {"name": "", "body": "Typed, and [wrong](nowhere)"}, status=422)
    assert "The name is missing" in answer.text
    answer = manager.post(HERE, TYPED | {"body": "Typed\n\n[wrong](nowhere)"}, status=422)
    assert "Line 3: There is no link “nowhere” here." in answer.text
    assert "Typed" in answer.text


def test_a_test_goes_to_oneself_alone(database, drafted, manager, cast):
    address = drafted()
    manager.post(f"{address}/tests", {"version": 1}, status=303)
    with database.reading() as session:
        (message,) = session.scalars(select(EmailMessage)).all()
    assert message.to_address == cast.operators["manager"].email
    assert message.broadcast_id is None
    assert message.facts["test"]["subject"] == WORDS.subject


def test_it_is_sent_and_its_result_leads_to_the_log(database, drafted, manager):
    address = drafted()
    manager.post(f"{address}/schedule", {"when": "now", "version": 1}, status=303)
    work(database)
    assert len(written(database)) == 4
    with database.writing() as session:
        first = session.scalars(select(EmailMessage.id).order_by(EmailMessage.id)).first()
        session.execute(update(EmailMessage).where(EmailMessage.id == first).values(state="delivered", sent_at=clock.now()))
    page = manager.get(address).body
    assert "3 of 4 wait to go out" in page
    link = f"/console/messages?broadcast={only(database).id}&amp;state=delivered"
    assert link in page
    log = manager.get(link.replace("&amp;", "&")).text
    assert "1 message fits." in log
    assert "Spring" in log
    assert "4 messages fit." in manager.get(f"/console/messages?broadcast={only(database).id}").text


def test_a_message_of_it_reads_as_it_was_written(database, drafted, manager):
    address = drafted(subject="Hello {customer_name}")
    manager.post(f"{address}/schedule", {"when": "now", "version": 1})
    work(database)
    message = next(one for one in written(database) if one.to_address == "nora@nachbar.example")
    page = manager.get(f"/console/messages/{message.id}?part=text").text
    assert "Hello Nachbar AG" in page
    assert "Stop mail about invoices" in page


def test_it_is_scheduled_in_the_operators_zone_and_taken_back(database, drafted, manager, cast):
    with database.writing() as session:
        session.execute(update(User).where(User.id == cast.operators["manager"].id).values(time_zone="Europe/Berlin"))
    address = drafted()
    manager.post(f"{address}/schedule", {"when": "at", "day": "2027-01-04", "time": "9:30", "version": 1}, status=303)
    assert only(database).state == "scheduled"
    assert only(database).scheduled_at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%d %H:%M") == "2027-01-04 09:30"
    assert "Waits for its time" in manager.get(address).text
    manager.post(f"{address}/withdrawal", {"version": only(database).version}, status=303)
    assert only(database).state == "draft"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"when": "at"}, "Choose the day."),
        ({"when": "at", "day": "soon"}, "is not a day"),
        ({"when": "at", "day": "2020-01-01"}, "This time is over."),
        ({"when": "at", "day": "2027-01-04", "time": "late"}, "is no time of day"),
        ({"when": "at", "day": "9999-12-31"}, "more than a year ahead"),
    ],
)
def test_a_time_that_cannot_be_is_said_on_its_field(database, drafted, manager, typed, said):
    answer = manager.post(f"{drafted()}/schedule", typed | {"version": 1}, status=422)
    assert said in answer.text
    assert only(database).state == "draft"


def test_above_the_limit_the_number_is_asked_for(database, drafted, manager):
    address = drafted()
    with database.writing() as session:
        session.execute(update(Broadcast).values(counts={"customers": 900, "will": 1234, "not": {}}))
    assert "1,234 people will get it. Type their number" in manager.get(address).text
    refused = manager.post(f"{address}/schedule", {"when": "now", "version": 1, "number": "12"}, status=422)
    assert "1,234 people will get this." in refused.text
    manager.post(f"{address}/schedule", {"when": "now", "version": 1, "number": "1,234"}, status=303)


def test_it_is_stopped_while_it_goes_out(database, drafted, manager, cast):
    address = drafted()
    manager.post(f"{address}/schedule", {"when": "now", "version": 1})
    work(database)
    assert "Stop it" in manager.get(address).text
    manager.post(f"{address}/stop", {}, status=303)
    work(database)
    page = manager.get(address).text
    assert "By Manager Operator." in page
    assert "Stop it" not in page
    assert {message.state for message in written(database)} == {"suppressed"}
    again = manager.post(f"{address}/stop", {}, status=409)
    assert "There is nothing left to stop" in again.text


def test_an_old_page_changes_nothing(database, drafted, manager):
    address = drafted()
    manager.post(address, TYPED | {"name": "Summer", "version": 1}, status=303)
    late = manager.post(address, TYPED | {"name": "Autumn", "version": 1}, status=409)
    assert "Somebody else changed this broadcast" in late.text
    assert "Autumn" in late.body
    manager.post(f"{address}/schedule", {"when": "now", "version": 1}, status=422)
    assert only(database).name == "Summer"


def test_a_draft_is_removed_and_gone(database, drafted, manager):
    address = drafted()
    manager.post(f"{address}/removal", {"version": 1}, status=303)
    manager.get(address, status=404)
    assert "No broadcast was written yet." in manager.get(HERE).text


def test_a_viewer_reads_and_sends_nothing(database, drafted, manager, client):
    address = drafted()
    viewer = client.as_operator("viewer")
    page = viewer.get(address).text
    assert "Send to" not in page
    assert "Change it" not in page
    viewer.post(f"{address}/schedule", {"when": "now", "version": 1}, status=403)
    viewer.get(f"{HERE}/new", status=403)


def test_nonsense_ids_are_not_there(manager):
    manager.get(f"{HERE}/nonsense", status=404)
    manager.get(f"{HERE}/01a207ce-db95-7473-8e8b-71cdc78395a1", status=404)


def test_nobody_would_get_marketing_that_nobody_asked_for(database, drafted, manager):
    page = manager.get(drafted(topic="news")).text
    assert "Have the topic off" in page
    assert "Nobody would get it" in page
    assert "Send to" not in page


def test_reasons_name_the_contacts_that_will_not(database, drafted, manager, cast):
    with database.writing() as session:
        session.execute(update(Contact).where(Contact.id == cast.own_contacts["viewer"].id).values(bounce_state="hard"))
    page = manager.get(drafted()).text
    assert "Have an address that mail comes back from" in page


def test_with_several_business_entities_one_can_be_chosen(database, drafted, manager, cast):
    with database.writing() as session:
        other, _ = factories.entity(session, name="Southwind", is_default=False)
        factories.primary(session, factories.customer(session, other, name="Far away", email="far@away.example"))
    page = manager.get(drafted(entity=str(other.id))).text
    assert "Southwind" in page
    assert "Send to 1 person" in page


def test_it_stands_in_the_list_under_messages(drafted, manager):
    drafted()
    assert "Spring" in manager.get(HERE).text
    assert f'href="{HERE}"' in manager.get("/console/messages").body


def test_who_schedules_and_stops_is_in_the_record(database, drafted, manager, client):
    address = drafted()
    manager.post(f"{address}/schedule", {"when": "now", "version": 1})
    work(database)
    manager.post(f"{address}/stop", {})
    page = client.as_operator("owner").get("/console/activity").text
    assert "scheduled the broadcast" in page
    assert "stopped the broadcast" in page
