"""Reports on messages: kept once, in whichever order, and drawn into the state of the message and the address."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.domain import delivery, messages, outbox, suppressions
from portal.domain.messages import Recipient
from portal.model import AuditEvent, Contact, EmailEvent, EmailMessage, Suppression
from portal.values import clock, ids
from portal.values.delivery import Report

MARTA = "marta@gruenwald.example"
FACTS = {"asked_at": "2026-11-23T08:14:00+00:00"}


@pytest.fixture
def message(session, cast):
    """A message that a server took."""
    made = messages.queue(session, "address_in_use", to=Recipient(address=MARTA), facts=FACTS, why="A test.", key="one")
    made.state, made.sent_at, made.message_id, made.customer_id = "sent", clock.now(), "<1@northwind.example>", cast.own.id
    session.flush()
    return made


def told(message, kind, *, minutes=0, key="", **fields) -> Report:
    at = message.created_at + timedelta(seconds=minutes) - timedelta(hours=1)
    return Report(provider_event_id=key or str(ids.new_id()), kind=kind, at=at, own_id=message.id, **fields)


def state_of(session) -> str:
    return session.scalar(select(EmailMessage.state))


def bounce_state(session, cast) -> str:
    return session.scalar(select(Contact.bounce_state).where(Contact.id == cast.own_contacts["owner"].id))


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ("deferred", "deferred"),
        ("delivered", "delivered"),
        ("bounced", "bounced"),
        ("complained", "complained"),
        ("deferred delivered", "delivered"),
        ("deferred bounced", "bounced"),
        ("delivered bounced", "bounced"),
        ("bounced delivered", "delivered"),
        ("delivered complained", "complained"),
        ("deferred delivered complained", "complained"),
        ("delivered bounced complained", "complained"),
    ],
)
def test_the_state_is_by_the_time_of_what_happened_in_whichever_order_it_is_told(session, message, kinds, state):
    reports = [told(message, kind, minutes=number) for number, kind in enumerate(kinds.split())]
    for order in itertools.permutations(reports):
        with session.begin_nested() as trial:
            for report in order:
                delivery.take(session, report, provider="portal")
            assert state_of(session) == state
            assert session.scalar(select(func.count()).select_from(EmailEvent)) == len(reports)
            trial.rollback()
        session.expire_all()


def test_the_same_event_twice_changes_nothing(session, message, cast):
    report = told(message, "bounced", key="e1", address=MARTA, hard=True, words="550 5.1.1 No")
    assert not delivery.take(session, report, provider="portal").again
    before = session.scalar(select(func.count()).select_from(AuditEvent))
    assert delivery.take(session, report, provider="portal").again
    assert session.scalar(select(func.count()).select_from(EmailEvent)) == 1
    assert session.scalar(select(func.count()).select_from(AuditEvent)) == before
    assert not delivery.take(session, report, provider="ses").again


def test_an_unknown_message_is_kept_and_nothing_follows(session, cast):
    stray = Report(provider_event_id="e1", kind="bounced", at=clock.now(), address=MARTA, hard=True, message_ids=("<no@where.example>",))
    assert delivery.take(session, stray, provider="portal").message is None
    assert [event.to_key for event in delivery.unmatched(session)] == [MARTA]
    assert bounce_state(session, cast) == "none"
    assert session.scalars(select(Suppression)).all() == []


@pytest.mark.parametrize(
    "named",
    [
        {"message_ids": ("<other@x.example>", "<1@northwind.example>")},
        {"provider_ref": "0102-ref", "address": "MARTA@gruenwald.example"},
        {"provider_ref": "0102-ref"},
    ],
)
def test_a_message_is_known_by_each_of_its_names(session, message, named):
    message.provider_ref = "0102-ref"
    session.flush()
    report = Report(provider_event_id="e1", kind="delivered", at=clock.now(), **named)
    assert delivery.take(session, report, provider="ses").message.id == message.id


def test_what_a_provider_puts_off_is_not_sent_again_by_us(session, message):
    delivery.take(session, told(message, "deferred", words="450 Later"), provider="ses")
    assert (message.state, message.reply) == ("deferred", "450 Later")
    assert outbox.due(session) == []


def test_a_report_of_arrival_ends_our_own_tries(session, message):
    message.state, message.sent_at = "deferred", None
    session.flush()
    assert outbox.due(session) == [message.id]
    delivery.take(session, told(message, "delivered"), provider="mailbox")
    assert message.state == "delivered"
    assert outbox.due(session) == []


def test_what_was_suppressed_stays_so(session, message):
    message.state, message.sent_at = "suppressed", None
    session.flush()
    delivery.take(session, told(message, "delivered"), provider="portal")
    assert message.state == "suppressed"


def test_a_hard_bounce_and_a_complaint_stop_mail_and_are_in_the_record(session, message, cast):
    delivery.take(session, told(message, "bounced", hard=True, words="550 5.1.1 No"), provider="ses")
    assert bounce_state(session, cast) == "hard"
    delivery.take(session, told(message, "complained", words="Feedback of the type abuse"), provider="ses")
    session.flush()
    assert bounce_state(session, cast) == "complained"
    acts = session.scalars(select(AuditEvent.action).where(AuditEvent.customer_id == cast.own.id)).all()
    assert {"message.bounced", "message.complained", "suppression.added"} <= set(acts)
    assert [row.reason for row in suppressions.of_address(session, MARTA)] == ["bounced"]


def soft(session, message, number, days=0):
    """Have another message come back."""
    if number:
        message = messages.queue(session, "address_in_use", to=Recipient(address=MARTA), facts=FACTS, why="A test.", key=f"n{number}")
        message.state, message.sent_at = "sent", clock.now()
        session.flush()
    at = clock.now() - timedelta(days=days)
    report = Report(provider_event_id=f"soft{number}", kind="bounced", at=at, own_id=message.id, words="Full")
    delivery.take(session, report, provider="ses")


def test_five_soft_bounces_in_thirty_days_make_a_hard_one(session, message, cast):
    for number in range(4):
        soft(session, message, number)
    assert bounce_state(session, cast) == "soft"
    soft(session, message, 4)
    assert bounce_state(session, cast) == "hard"


def test_soft_bounces_of_long_ago_and_before_an_arrival_do_not_count(session, message, cast):
    for number in range(3):
        soft(session, message, number, days=31 + number)
    for number in range(3, 6):
        soft(session, message, number, days=3)
    arrived = Report(provider_event_id="ok", kind="delivered", at=clock.now() - timedelta(days=1), own_id=message.id)
    delivery.take(session, arrived, provider="ses")
    assert bounce_state(session, cast) == "none"
    for number in range(6, 10):
        soft(session, message, number)
    assert bounce_state(session, cast) == "soft"


def test_an_old_bounce_that_comes_late_brands_nobody(session, message, cast):
    delivery.take(session, told(message, "delivered", minutes=5), provider="ses")
    delivery.take(session, told(message, "bounced", minutes=1, hard=True), provider="ses")
    assert message.state == "delivered"
    assert bounce_state(session, cast) == "none"


def test_a_contact_is_written_to_once_more_to_confirm_the_address(session, message, cast):
    delivery.take(session, told(message, "bounced", hard=True), provider="ses")
    contact = session.get_one(Contact, cast.own_contacts["owner"].id)
    session.refresh(contact)
    letter = suppressions.write_once_more(session, contact, by=cast.operator())
    assert (contact.bounce_state, contact.verified_at) == ("none", None)
    assert suppressions.of_address(session, MARTA) == []
    assert (letter.letter, letter.links["verify"]["purpose"]) == ("address_confirm", "verify_address")
    with pytest.raises(suppressions.NotBouncing):
        suppressions.write_once_more(session, contact, by=cast.operator())


def test_an_address_is_stopped_once_for_each_scope(session, cast):
    by = cast.operator()
    suppressions.add(session, "X@Y.example", scope="billing", reason="asked", by=by)
    with pytest.raises(suppressions.SuppressedAlready):
        suppressions.add(session, "x@y.example", scope="billing", reason="operator", by=by)
    suppressions.add(session, "x@y.example", scope="marketing", reason="asked", by=by)
    first = suppressions.of_address(session, "x@y.example")[0]
    suppressions.release(session, first, note="They wrote again", by=by)
    with pytest.raises(suppressions.NothingToRelease):
        suppressions.release(session, first, by=by)
    suppressions.add(session, "x@y.example", scope="billing", reason="asked", by=by)
    assert (first.released_by, first.release_note) == (by.name, "They wrote again")


def test_an_address_on_the_list_that_turns_out_dead_is_dead(session, cast):
    suppressions.add(session, "x@y.example", scope="all", reason="asked", by=cast.operator())
    suppressions.put(session, "x@y.example", scope="all", reason="bounced", note="550", by=cast.operator())
    assert [row.reason for row in suppressions.of_address(session, "x@y.example")] == ["bounced"]
