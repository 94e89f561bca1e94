"""Topics that the installation made, in the column `receives`: named by label or word, opted in with a receipt, or refused clearly."""

import pytest
from sqlalchemy import select

from portal.domain import communications, imports, topics
from portal.model import AuditEvent, Contact, Customer, PreferenceReceipt
from tests.domain.imports.test_importing import check, problems, run, source

HEAD = "customer_external_id,email,receives\n"
NEW = "ola@gruenwald.example"


@pytest.fixture
def events(database, cast):
    with database.writing() as session:
        return topics.add(session, "Events near you", "Four times a year", by=cast.operator())


@pytest.fixture
def listed(database, cast):
    """A topic whose name has commas."""
    with database.writing() as session:
        return topics.add(session, "Offers, events and more", "", by=cast.operator())


def row(cell, *, email=NEW, number="CUST-57"):
    return f'{HEAD}{number},{email},"{cell}"\n'


def receipts(database, email=NEW):
    with database.reading() as session:
        contact = session.scalar(select(Contact).where(Contact.email == email))
        return session.scalars(select(PreferenceReceipt).where(PreferenceReceipt.contact_id == contact.id)).all()


@pytest.mark.parametrize("word", ["Events near you", "events NEAR you", "news.events_near_you", "events_near_you", "Events-near-you"])
def test_an_own_topic_is_opted_in_by_its_label_or_word(database, cast, events, word):
    assert run(database, cast, row(f"invoices; {word}"), kinds=["contacts"]).contacts["created"] == 1
    [made] = receipts(database)
    assert (made.topic, made.before, made.wanted, made.how) == (events.key, False, True, "import")
    assert made.wording == f"receives: invoices; {word}"
    assert (made.actor_kind, made.actor_name) == ("operator", "Finance Operator")


def test_it_is_sent_only_after_the_address_is_confirmed(database, cast, events):
    run(database, cast, row("Events near you"), kinds=["contacts"])
    with database.reading() as session:
        own = session.get_one(Customer, cast.own.id)
        found = next(one for one in communications.recipients(session, own, events.key) if one.contact.email == NEW)
        assert (found.will, found.rule) == (False, "unverified")


def test_a_kept_contact_is_opted_in_with_a_receipt_and_left_alone_where_it_is_not_named(database, cast, events):
    vera = "vera@gruenwald.example"
    assert run(database, cast, row("invoices;Events near you", email=vera), kinds=["contacts"]).contacts["updated"] == 1
    [made] = receipts(database, vera)
    assert (made.topic, made.how, made.wording) == (events.key, "import", "receives: invoices;Events near you")
    again = run(database, cast, row("invoices", email=vera), kinds=["contacts"])
    assert again.contacts == {"created": 0, "updated": 0, "unchanged": 1}
    with database.reading() as session:
        told = session.scalars(select(AuditEvent).where(AuditEvent.action == "preference.changed")).one()
        assert told.facts["topics"] == {events.key: "Events near you"}


def test_the_check_counts_what_the_run_counts(database, cast, events):
    text = row("Events near you") + f"CUST-57,vera@gruenwald.example,invoices;{events.key}\n"
    checked = check(database, cast, text, kinds=["contacts"])
    assert not checked.refused
    assert checked.contacts == run(database, cast, text, kinds=["contacts"]).contacts == {"created": 1, "updated": 1, "unchanged": 0}


@pytest.mark.parametrize(
    "cell", ["Offers, events and more", "invoices, Offers, events and more; statements", "offers_events_and_more|receipts"]
)
def test_a_name_with_commas_is_read_whole(database, cast, listed, cell):
    run(database, cast, row(cell), kinds=["contacts"])
    assert listed.key in {one.topic for one in receipts(database)}


def test_an_own_name_goes_before_what_other_systems_call_a_topic(database, cast):
    with database.writing() as session:
        own = topics.add(session, "Newsletter", "", by=cast.operator())
    run(database, cast, row("newsletter"), kinds=["contacts"])
    assert own.key in {one.topic for one in receipts(database)}


def test_all_means_billing_and_opts_nobody_in(database, cast, events):
    run(database, cast, row("all"), kinds=["contacts"])
    assert {one.topic for one in receipts(database)} == {"receipts", "reminders", "wallet", "statements", "contracts"}


@pytest.mark.parametrize("key", ["own", "news"])
def test_a_hidden_topic_is_refused_clearly(database, cast, events, key):
    key, name = (events.key, "Events near you") if key == "own" else ("news", "Product news")
    with database.writing() as session:
        topics.set_hidden(session, key, True, by=cast.operator())
    expected = f"“{name}” is hidden: nobody is asked about it, and nothing of it is sent. Show it again, or take it out of the cell."
    assert problems(database, cast, row(f"invoices;{name}"), kinds=["contacts"]) == [(2, "receives", expected)]


def test_an_unknown_topic_is_named_and_the_own_ones_are_among_those_there_are(database, cast, events):
    [(_, column, reason)] = problems(database, cast, row("invoices;Evnts near you"), kinds=["contacts"])
    assert column == "receives"
    assert reason.startswith("“Evnts near you” is no topic. There are: all, none, invoices")
    assert reason.endswith("news, Events near you.")


def test_a_topic_called_otherwise_is_read_by_its_new_name(database, cast, events):
    with database.writing() as session:
        topics.change(session, events.key, "Meetings", "", by=cast.operator())
        topics.change(session, "news", "What is new", "", by=cast.operator())
    run(database, cast, row("meetings; what is new"), kinds=["contacts"])
    assert {one.topic for one in receipts(database)} >= {events.key, "news"}


def test_topics_that_changed_while_the_file_was_read_are_read_anew(database, cast, events):
    with database.reading() as session:
        files = imports.Files([source("contacts", row("Events near you"))], topics=imports.topics_of(session))
    files.read()
    with database.writing() as session:
        topics.set_hidden(session, events.key, True, by=cast.operator())
    with database.write_session() as session, pytest.raises(imports.Unreadable, match="The topics were changed"):
        imports.apply(session, files, by=cast.operator("finance"))


@pytest.mark.parametrize("named", ["news", "own"])
def test_who_opted_out_is_not_opted_in_again_by_a_file(database, cast, events, named):
    topic, label = (events.key, events.label) if named == "own" else ("news", topics.CHOICES["news"].label)
    vera = "vera@gruenwald.example"
    for wanted in (True, False):
        with database.writing() as session:
            contact = session.scalars(select(Contact).where(Contact.email == vera)).one()
            communications.choose(session, contact, {topic: wanted}, how="link", by=cast.operator())
    before = len(receipts(database, vera))
    text = row(f"invoices;{topic}", email=vera)
    said = f"{vera} opted out of “{label}”. Only they can ask for it again: take it out here."
    assert [problem.reason for problem in check(database, cast, text, kinds=["contacts"]).findings.problems] == [said]
    assert problems(database, cast, text, kinds=["contacts"]) == [(2, "receives", said)]
    assert len(receipts(database, vera)) == before
