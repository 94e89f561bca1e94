"""What an address is not written to for: everything, a class, or one topic, the installation's own ones as well."""

import pytest
from sqlalchemy import select

from portal.domain import activity, actors, communications, messages, outbox, suppressions, topics
from portal.domain.activity import Reader
from portal.model import AuditEvent, Contact, Customer


@pytest.fixture
def own(session, cast):
    return session.get_one(Customer, cast.own.id)


@pytest.fixture
def viewer(session, cast):
    return session.get_one(Contact, cast.own_contacts["viewer"].id)


@pytest.fixture
def events(session, cast, viewer):
    """A topic of our own that Vera asked for."""
    made = topics.add(session, "Events near you", "Four times a year", by=cast.operator())
    communications.choose(session, viewer, {made.key: True}, how="form", by=cast.person("viewer"))
    return made


def verdict(session, own, topic, contact):
    return next(one for one in communications.recipients(session, own, topic.key) if one.contact is contact)


def test_an_own_topic_is_stopped_at_an_address_and_nothing_else_is(session, cast, own, viewer, events):
    assert verdict(session, own, events, viewer).will
    suppressions.add(session, viewer.email, scope=events.key, reason="asked", by=cast.operator())
    found = verdict(session, own, events, viewer)
    assert (found.will, found.rule) == (False, "suppressed")
    assert found.reason == "Ticked, but: The address is on the list of those that are not sent “Events near you”."
    communications.choose(session, viewer, {"news": True}, how="form", by=cast.person("viewer"))
    assert verdict(session, own, topics.find(session, "news"), viewer).will
    assert verdict(session, own, topics.find(session, "invoices"), viewer).will


@pytest.mark.parametrize(
    ("scope", "sentence"),
    [
        ("all", "The address is on the list of those that are not written to."),
        ("marketing", "The address is on the list of those that are sent no marketing mail."),
    ],
)
def test_a_wider_scope_stops_it_too_and_is_named(session, cast, own, viewer, events, scope, sentence):
    suppressions.add(session, viewer.email, scope=scope, reason="asked", by=cast.operator())
    assert sentence in verdict(session, own, events, viewer).reason


def test_a_message_of_an_own_topic_that_is_held_back_says_so_by_its_label(session, cast, own, viewer, events):
    to = messages.Recipient(address=viewer.email, contact_id=viewer.id, customer_id=own.id)
    row = messages.queue(session, "low_balance", to=to, facts={}, why="A test.", key="one")
    row.topic = events.key
    session.flush()
    suppressions.add(session, viewer.email, scope=events.key, reason="operator", by=cast.operator())
    assert outbox.claim(session, row.id, secret_key=b"-", public_url="http://localhost") is None
    assert (row.state, row.rule) == ("suppressed", "The address is on the list of those that are not sent “Events near you”.")


def test_only_what_is_offered_is_stopped_by_hand(session, cast, events):
    by = cast.operator()
    topics.set_hidden(session, events.key, True, by=by)
    for scope in (events.key, "news.never", "sign_in", "essential", ""):
        with pytest.raises(suppressions.UnknownScope):
            suppressions.add(session, "x@y.example", scope=scope, reason="asked", by=by)


def test_what_was_stopped_keeps_its_name_where_the_topic_is_hidden_or_called_otherwise(session, cast, viewer, events):
    by = cast.operator()
    added = suppressions.add(session, viewer.email, scope=events.key, reason="asked", by=by)
    topics.set_hidden(session, events.key, True, by=by)
    assert events.key not in suppressions.offered_scopes(session)
    assert suppressions.scopes(session)[events.key] == "Events near you (hidden)"
    topics.set_hidden(session, events.key, False, by=by)
    topics.change(session, events.key, "Meetings near you", "", by=by)
    assert suppressions.scopes(session)[events.key] == "Meetings near you"
    assert [row.id for row in suppressions.page(session, scope=events.key).rows] == [added.suppression.id]


def test_a_release_lets_the_topic_through_again(session, cast, own, viewer, events):
    added = suppressions.add(session, viewer.email, scope=events.key, reason="asked", by=cast.operator())
    suppressions.release(session, added.suppression, note="Asked again", by=cast.operator())
    assert verdict(session, own, events, viewer).will


def test_the_record_names_the_topic_and_the_reason_in_words(session, cast, own, viewer, events):
    suppressions.add(session, viewer.email, scope=events.key, reason="asked", by=cast.operator())
    [event] = session.scalars(select(AuditEvent).where(AuditEvent.action == "suppression.added"))
    assert event.changes == {"scope": [None, "Events near you"], "reason": [None, "They asked for it"]}


def test_what_is_chosen_of_an_own_topic_is_told_by_its_label(session, cast, own, viewer, events):
    reader = Reader(locale="en", time_zone="UTC")
    told = activity.page(session, own.id, reader, kind="contacts").events[0]
    assert [(line.name, line.before, line.after) for line in told.changes] == [("Events near you", "off", "on")]


def test_mail_of_an_own_topic_is_told_by_its_label(session, own, viewer, events):
    to = messages.Recipient(address=viewer.email, contact_id=viewer.id, customer_id=own.id)
    row = messages.queue(session, "low_balance", to=to, facts={"topic_words": events.words}, why="A test.", key="one")
    row.topic = events.key
    session.flush()
    assert activity.page(session, own.id, Reader(), kind="mail").events[0].origin == "events near you"


def test_who_unsubscribes_from_an_own_topic_gets_no_more_of_it_and_all_else(session, own, viewer, events):
    by = actors.link_holder(name=viewer.name, customer_id=own.id, contact_id=viewer.id)
    communications.choose(session, viewer, {events.key: False}, how="one_click", by=by)
    assert verdict(session, own, events, viewer).rule == "off"
    assert verdict(session, own, topics.find(session, "invoices"), viewer).will


def test_a_complaint_about_an_own_topic_stops_it(session, cast, own, viewer, events):
    suppressions.put(session, viewer.email, scope="all", reason="complained", by=actors.system("worker"))
    found = verdict(session, own, events, viewer)
    assert (found.rule, found.will) == ("complained", False)
