"""The last reader of a billing topic who cannot be reached any more: who gets it instead, why, and where nobody is left."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain import actors, attention, communications, contacts, customers, delivery, messages, suppressions
from portal.domain.letters.phrases import in_language
from portal.model import AuditEvent, Contact, Customer, EmailMessage, PreferenceReceipt, Suppression
from portal.values import clock, ids
from portal.values.delivery import Report
from tests import factories

FACTS = {"currency": "EUR", "balance": 1, "threshold": 2}


@pytest.fixture
def own(session, cast):
    return session.get_one(Customer, cast.own.id)


@pytest.fixture
def people(session, cast):
    return {role: session.get_one(Contact, contact.id) for role, contact in cast.own_contacts.items()}


@pytest.fixture
def letter(session, cast, people):
    """A message to Marta, the primary contact, that a server took."""
    to = messages.Recipient(address=people["owner"].email, contact_id=people["owner"].id, customer_id=cast.own.id)
    made = messages.queue(session, "address_in_use", to=to, facts={"asked_at": clock.now().isoformat()}, why="A test.", key="one")
    made.state, made.sent_at = "sent", clock.now()
    session.flush()
    return made


def report(letter, kind, *, minutes=0, key="", **fields):
    at = letter.created_at + timedelta(minutes=minutes) - timedelta(hours=1)
    return Report(provider_event_id=key or str(ids.new_id()), kind=kind, at=at, own_id=letter.id, **fields)


def bounce(session, letter, **fields):
    delivery.take(session, report(letter, "bounced", hard=True, words="550 5.1.1 No such user", **fields), provider="ses")
    session.flush()


def readers(session, customer, topic):
    return [one.contact.first_name for one in communications.recipients(session, customer, topic) if one.will]


def events(session, action):
    return session.scalars(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id)).all()


def test_a_dead_address_hands_its_billing_topics_to_the_next_fitting_contact(session, own, people, letter):
    bounce(session, letter)
    for topic in ("receipts", "reminders", "wallet", "contracts"):
        assert readers(session, own, topic) == ["Bernd"], topic
    assert readers(session, own, "invoices") == ["Bernd", "Vera"]  # who got them before still do, and nobody is added
    assert communications.silence(session, own) is None


def test_the_hand_over_is_kept_as_a_receipt_with_who_how_and_why(session, own, people, letter):
    bounce(session, letter)
    row = next(row for row in communications.matrix(session, own) if row.contact is people["billing_manager"])
    receipt = row.receipts["receipts"]
    assert (receipt.how, receipt.actor_kind, receipt.before, receipt.wanted) == ("system", "system", False, True)
    assert receipt.wording == "Receipts and refunds: takes over from Marta Grünwald. Mail to marta@gruenwald.example comes back."
    assert "invoices" not in row.receipts


def test_the_hand_over_is_in_the_record_with_its_reason(session, own, people, letter):
    bounce(session, letter)
    [event] = events(session, "preference.handed_over")
    assert (event.customer_id, event.subject_id) == (own.id, people["billing_manager"].id)
    assert set(event.changes) == {"receipts", "reminders", "wallet", "contracts"}
    assert event.facts["from"] == "Marta Grünwald"
    assert event.facts["because"] == "Mail to marta@gruenwald.example comes back."


def test_who_takes_over_is_told_by_mail(session, own, people, letter):
    bounce(session, letter)
    told = session.scalars(select(EmailMessage).where(EmailMessage.letter == "preferences_changed")).one()
    assert told.contact_id == people["billing_manager"].id
    assert told.facts["changed_by"] == "Northwind"
    facts = in_language(told.facts, "en")
    assert facts["changes"][0] == {"what": "Receipts and refunds", "before": "off", "after": "on, in place of Marta Grünwald"}
    assert told.why == ("You get this because Marta Grünwald cannot be written to any more. Mail to marta@gruenwald.example comes back.")


def test_the_primary_contact_comes_first(session, cast, own, people, letter):
    by = cast.operator()
    communications.choose(session, people["viewer"], {"reminders": True}, how="form", by=by)
    communications.choose(session, people["owner"], {"reminders": False}, how="form", by=by)
    suppressions.add(session, people["viewer"].email, scope="all", reason="bounced", by=by)
    assert readers(session, own, "reminders") == ["Marta"]


def test_a_complaint_hands_over_too(session, own, letter):
    delivery.take(session, report(letter, "complained", words="Feedback of the type abuse"), provider="ses")
    assert readers(session, own, "receipts") == ["Bernd"]
    [event] = events(session, "preference.handed_over")
    assert event.facts["because"] == "Mail from us was marked as spam at marta@gruenwald.example."


@pytest.mark.parametrize("scope", ["all", "billing", "receipts"])
def test_an_address_put_on_the_list_by_hand_hands_over_what_it_stops(session, cast, own, people, scope):
    added = suppressions.add(session, people["owner"].email, scope=scope, reason="operator", by=cast.operator("support"))
    assert readers(session, own, "receipts") == ["Bernd"]
    assert readers(session, own, "wallet") == (["Marta"] if scope == "receipts" else ["Bernd"])
    [one] = added.successions
    words = "" if scope == "receipts" else ", payment reminders, wallet activity and contracts"
    assert one.sentence == f"Bernd gets receipts and refunds{words} for Grünwald & Jørgensen GmbH now, in place of Marta Grünwald."
    row = next(row for row in communications.matrix(session, own) if row.contact is people["billing_manager"])
    assert (row.receipts["receipts"].how, row.receipts["receipts"].actor_name) == ("system", "Support Operator")


def test_marketing_is_handed_to_nobody(session, cast, own, people):
    communications.choose(session, people["owner"], {"news": True}, how="form", by=cast.operator())
    added = suppressions.add(session, people["owner"].email, scope="marketing", reason="asked", by=cast.operator())
    assert added.successions == ()
    assert readers(session, own, "news") == []


def test_the_same_event_twice_and_a_second_event_change_nothing_more(session, own, letter):
    for _ in range(2):
        bounce(session, letter, key="e1")
    bounce(session, letter, key="e2")
    delivery.take(session, report(letter, "complained"), provider="ses")
    assert len(events(session, "preference.handed_over")) == 1
    assert len(session.scalars(select(PreferenceReceipt)).all()) == 4


def test_events_in_any_order_end_alike(session, own, people, letter):
    """An arrival after the bounce shows that the address lives: then nothing is handed over, unless the bounce came first."""
    reports = [report(letter, "bounced", minutes=1, hard=True), report(letter, "complained", minutes=2)]
    for order in itertools.permutations(reports):
        with session.begin_nested() as trial:
            for one in order:
                delivery.take(session, one, provider="ses")
            assert readers(session, own, "receipts") == ["Bernd"]
            assert len(events(session, "preference.handed_over")) == 1
            trial.rollback()
        session.expire_all()
    delivery.take(session, report(letter, "delivered", minutes=5), provider="ses")
    delivery.take(session, report(letter, "bounced", minutes=1, hard=True), provider="ses")
    assert readers(session, own, "receipts") == ["Marta"]
    assert events(session, "preference.handed_over") == []


def test_nobodys_later_choice_is_overwritten_by_a_late_event(session, cast, own, people, letter):
    bounce(session, letter)
    by = cast.operator()
    communications.choose(session, people["viewer"], {"receipts": True}, how="form", by=by)
    communications.choose(session, people["billing_manager"], {"receipts": False}, how="form", by=by)
    bounce(session, letter, key="late")
    assert readers(session, own, "receipts") == ["Vera"]


def test_what_waits_for_the_one_who_left_goes_to_the_heir(session, own, people, letter):
    messages.tell(
        session, own, "wallet", "low_balance", facts=FACTS, links={"open": {"purpose": "sign_in", "target": "/account"}}, key="low"
    )
    [waiting] = session.scalars(select(EmailMessage).where(EmailMessage.topic == "wallet")).all()
    assert waiting.contact_id == people["owner"].id
    bounce(session, letter)
    session.refresh(waiting)
    bernd = people["billing_manager"]
    assert (waiting.contact_id, waiting.to_address, waiting.to_key, waiting.state) == (bernd.id, bernd.email, bernd.email_key, "queued")
    assert waiting.facts["contact_name"] == "Bernd"
    assert waiting.dedup_key == f"low:{bernd.id}"
    assert "as contact of" in waiting.why


def test_what_the_heir_had_already_is_not_sent_twice(session, cast, own, people, letter):
    bernd = people["billing_manager"]
    communications.choose(session, bernd, {"wallet": True}, how="form", by=cast.operator())
    messages.tell(session, own, "wallet", "low_balance", facts=FACTS, key="low")
    communications.choose(session, bernd, {"wallet": False}, how="form", by=cast.operator())
    bounce(session, letter)
    rows = session.scalars(select(EmailMessage).where(EmailMessage.topic == "wallet").order_by(EmailMessage.id)).all()
    assert [row.contact_id for row in rows] == [people["owner"].id, bernd.id]


def test_where_nobody_is_left_it_is_raised(session, cast):
    neighbour = session.get_one(Customer, cast.neighbour.id)
    nora = session.get_one(Contact, cast.neighbour_contacts["owner"].id)
    added = suppressions.add(session, nora.email, scope="all", reason="bounced", by=cast.operator())
    [lost] = added.successions
    assert lost.heir is None
    assert lost.sentence == (
        "Nobody at Nachbar AG gets invoices, receipts and refunds, payment reminders, wallet activity and contracts any more:"
        " add or mend a contact."
    )
    [event] = events(session, "preference.left_unread")
    assert (event.customer_id, event.subject_id, event.facts["because"]) == (
        neighbour.id, nora.id, "Mail to nora@nachbar.example comes back."
    )  # fmt: skip
    [unread, bounced] = attention.matters(session, neighbour.id, [])
    assert (bounced.kind, unread.kind) == ("bounced", "unread")
    assert unread.name == "invoices, receipts and refunds, payment reminders, wallet activity and contracts"
    assert unread.why == ("Nora Nachbar: Mail to this address comes back.",)
    assert attention.of_mail(session, neighbour) == [unread, bounced]
    bounced_again = suppressions.put(session, nora.email, scope="all", reason="complained", by=cast.operator())
    assert bounced_again is None
    assert len(events(session, "preference.left_unread")) == 1


def test_it_is_raised_without_any_bounce_too_and_only_then(session, cast, own):
    assert attention.of_mail(session, own) == []
    customer = factories.customer(session, cast.entity, name="Without its own address")
    factories.contact(session, customer, "only@secondary.example")
    [unread] = attention.of_mail(session, customer)
    assert unread.name == "receipts and refunds, payment reminders, wallet activity and contracts"
    assert unread.why == ("only@secondary.example: Off for secondary contacts unless switched on.",)


def test_while_email_is_off_somebody_is_found_all_the_same_for_when_it_is_on_again(session, own, people, letter):
    own.communications = False
    session.flush()
    bounce(session, letter)
    own.communications = True
    session.flush()
    assert readers(session, own, "receipts") == ["Bernd"]


def test_every_customer_of_the_address_is_seen_to(session, cast, own, letter):
    neighbour = session.get_one(Customer, cast.neighbour.id)
    there = factories.contact(session, neighbour, "marta@gruenwald.example", first_name="Marta")
    by = cast.operator()
    communications.choose(session, there, {"contracts": True}, how="form", by=by)
    nora = session.get_one(Contact, cast.neighbour_contacts["owner"].id)
    communications.choose(session, nora, {"contracts": False}, how="form", by=by)
    bounce(session, letter)
    assert readers(session, neighbour, "contracts") == ["Nora"]
    assert {event.customer_id for event in events(session, "preference.handed_over")} == {own.id, neighbour.id}


def test_an_address_corrected_to_one_that_is_on_the_list_hands_over(session, cast, own, people):
    session.add(Suppression(email_key="dead@gruenwald.example", scope="all", reason="bounced"))
    session.flush()
    by = cast.operator()
    communications.choose(session, people["viewer"], {"reminders": True}, how="form", by=by)
    communications.choose(session, people["owner"], {"reminders": False}, how="form", by=by)
    contacts.change(session, people["viewer"], {"email": "dead@gruenwald.example"}, by=by)
    assert readers(session, own, "reminders") == ["Marta"]
    people["owner"].user_id = None
    customers.change(session, own, {"email": "dead2@gruenwald.example"}, version=None, by=by)
    assert readers(session, own, "receipts") == ["Marta"]


def test_the_customers_own_address_corrected_to_a_dead_one_hands_over(session, cast, own, people):
    session.add(Suppression(email_key="dead@gruenwald.example", scope="all", reason="bounced"))
    people["owner"].user_id = None
    session.flush()
    customers.change(session, own, {"email": "dead@gruenwald.example"}, version=None, by=cast.operator())
    assert readers(session, own, "receipts") == ["Bernd"]


def test_by_itself_is_said_of_the_worker(session, own, letter):
    bounce(session, letter)
    [receipt, *_] = session.scalars(select(PreferenceReceipt))
    assert (receipt.actor_name, receipt.actor_user_id) == (actors.system("worker").name, None)
