"""What is told of choices: an address to be confirmed, changes that others made; defaults, and choices for many at once."""

import pytest
from sqlalchemy import select

from portal.domain import actors, communications, contacts, messages, suppressions, topics
from portal.domain.letters.phrases import in_english
from portal.domain.outbox.holding import Judge
from portal.model import AuditEvent, Contact, Customer, EmailMessage, Preference, PreferenceReceipt
from portal.values import clock
from tests import factories


@pytest.fixture
def db(database):
    with database.writing() as session:
        yield session


@pytest.fixture
def own(db, cast):
    return db.get_one(Customer, cast.own.id)


@pytest.fixture
def new(db, cast, own):
    return contacts.add(db, own, {"email": "yui@gruenwald.example", "first_name": "Yui"}, by=cast.operator())


def letters(db, name):
    return list(db.scalars(select(EmailMessage).where(EmailMessage.letter == name).order_by(EmailMessage.id)))


def holder(contact, customer):
    return actors.link_holder(name=contact.name, customer_id=customer.id, contact_id=contact.id)


def test_marketing_for_an_unconfirmed_address_asks_there_first(db, cast, own, new):
    communications.choose(db, new, {"news": True}, how="form", by=cast.operator("support"))
    [letter] = letters(db, "contact_confirm")
    assert letter.to_address == "yui@gruenwald.example"
    assert (in_english(letter.facts["topics"]), letter.facts["asked_by"]) == ("Product news", "Support Operator")
    assert letter.links == {"verify": {"purpose": "verify_address"}}
    verdict = next(one for one in communications.recipients(db, own, "news") if one.contact is new)
    assert (verdict.will, verdict.rule) == (False, "unverified")
    assert "not confirmed yet" in verdict.reason
    contacts.verify(db, new, by=holder(new, own))
    assert next(one for one in communications.recipients(db, own, "news") if one.contact is new).will


def test_to_and_fro_writes_one_mail(db, cast, new):
    with clock.frozen(clock.now()):
        for wanted in (True, False, True):
            communications.choose(db, new, {"news": wanted}, how="form", by=cast.operator())
    assert len(letters(db, "contact_confirm")) == 1


@pytest.mark.parametrize("topic", ["reminders", "news"])
def test_whoever_confirmed_or_wants_billing_is_not_asked(db, cast, topic, new):
    someone = new if topic == "reminders" else db.get_one(Contact, cast.own_contacts["viewer"].id)
    communications.choose(db, someone, {topic: True}, how="form", by=cast.operator())
    assert letters(db, "contact_confirm") == []


def test_billing_changed_by_others_is_told_to_whom_it_concerns(db, cast, own, new):
    communications.choose_all(db, {new: {"reminders": True, "invoices": False}}, how="form", by=cast.operator("support"))
    [letter] = letters(db, "preferences_changed")
    assert letter.contact_id == new.id
    assert letter.facts["changed_by"] == "Support Operator"
    assert [tuple(in_english(one[key]) for key in ("what", "before", "after")) for one in letter.facts["changes"]] == [
        ("Payment reminders", "off", "on"),
        ("Invoices", "on", "off"),
    ]


def test_ones_own_choice_and_marketing_are_told_to_nobody(db, cast, own):
    viewer = db.get_one(Contact, cast.own_contacts["viewer"].id)
    communications.choose(db, viewer, {"reminders": True}, how="link", by=holder(viewer, own))
    communications.choose(db, viewer, {"news": True}, how="form", by=cast.operator())
    assert letters(db, "preferences_changed") == []


def test_whoever_takes_over_is_told(db, cast, own):
    owner, manager = (db.get_one(Contact, cast.own_contacts[role].id) for role in ("owner", "billing_manager"))
    communications.choose(db, owner, {"wallet": False}, how="link", handover={"wallet": manager.id}, by=holder(owner, own))
    assert [letter.contact_id for letter in letters(db, "preferences_changed")] == [manager.id]


def test_an_import_tells_nobody(db, cast, new):
    communications.choose(db, new, {"reminders": True}, how="import", by=cast.operator())
    assert letters(db, "preferences_changed") == []


def test_a_contact_is_asked_once_more_to_confirm_and_what_waits_is_named(db, cast, new):
    communications.choose(db, new, {"news": True}, how="form", by=cast.operator())
    assert contacts.ask_to_confirm(db, new, by=cast.operator()) is None
    viewer = db.get_one(Contact, cast.own_contacts["viewer"].id)
    with pytest.raises(contacts.ConfirmedAlready):
        contacts.ask_to_confirm(db, viewer, by=cast.operator())


def test_new_contacts_start_with_the_customers_defaults_each_with_a_receipt(db, cast, own):
    assert communications.set_defaults(db, own, {"invoices": False, "reminders": True}, by=cast.operator())
    made = contacts.add(db, own, {"email": "kai@gruenwald.example"}, by=cast.operator("support"))
    row = next(row for row in communications.matrix(db, own) if row.contact is made)
    assert (row.wanted["invoices"], row.wanted["reminders"], row.wanted["news"]) == (False, True, False)
    assert {receipt.wording for receipt in row.receipts.values()} == {
        "Invoices: off for new contacts here",
        "Payment reminders: on for new contacts here",
    }
    there = contacts.add(db, db.get_one(Customer, cast.neighbour.id), {"email": "kai@nachbar.example"}, by=cast.operator())
    assert not db.scalars(select(Preference).where(Preference.contact_id == there.id)).all()


def test_defaults_that_equal_the_catalogues_are_not_kept_and_marketing_is_never_one(db, cast, own):
    communications.set_defaults(db, own, {"invoices": False, "news": True}, by=cast.operator())
    assert communications.defaults(db, own.id)["invoices"] is False
    assert "news" not in communications.defaults(db, own.id)
    communications.set_defaults(db, own, {"invoices": True}, by=cast.operator())
    assert not communications.set_defaults(db, own, {"invoices": True}, by=cast.operator())
    assert communications.defaults(db, own.id)["invoices"] is True


def test_one_topic_is_switched_for_many_and_each_has_a_receipt_and_a_mail(db, cast, own):
    second = factories.contact(db, own, "second@gruenwald.example")
    communications.choose(db, second, {"statements": True}, how="form", by=cast.operator())
    outcome = communications.switch_for_many(db, [own.id, cast.neighbour.id], "statements", True, by=cast.operator("support"))
    assert (outcome.customers, outcome.changed, outcome.same, outcome.left) == (2, 4, 1, ())
    receipts = db.scalars(select(PreferenceReceipt).where(PreferenceReceipt.wording.contains("many"))).all()
    assert {receipt.actor_name for receipt in receipts} == {"Support Operator"}
    assert len(receipts) == 4
    assert len({letter.contact_id for letter in letters(db, "preferences_changed")}) == 5
    assert db.scalars(select(AuditEvent).where(AuditEvent.action == "preference.switched_for_many")).one().facts["contacts"] == 4


def test_a_customer_that_would_be_left_without_a_reader_stays_as_it_is(db, cast, own):
    communications.choose(db, db.get_one(Contact, cast.own_contacts["viewer"].id), {"reminders": True}, how="form", by=cast.operator())
    outcome = communications.switch_for_many(db, [own.id, cast.neighbour.id], "reminders", False, whom="primary", by=cast.operator())
    assert (outcome.changed, outcome.left) == (1, ((cast.neighbour.id, "Nachbar AG"),))
    assert communications.silence(db, db.get_one(Customer, cast.neighbour.id)) is None


def test_what_many_would_do_is_the_same_code_taken_back(database, cast):
    with database.writing() as session:
        before = session.query(PreferenceReceipt).count()
        trial = session.begin_nested()
        seen = communications.switch_for_many(session, [cast.own.id], "invoices", False, whom="secondary", by=cast.operator())
        trial.rollback()
        assert session.query(PreferenceReceipt).count() == before
        done = communications.switch_for_many(session, [cast.own.id], "invoices", False, whom="secondary", by=cast.operator())
    assert seen == done


@pytest.mark.parametrize(
    ("topic", "wanted", "whom", "refusal"),
    [
        ("news", True, "all", communications.OnlyByOptIn),
        ("sign_in", False, "all", communications.NoChange),
        ("nonsense", False, "all", communications.NoChange),
        ("invoices", False, "everybody", communications.NoChange),
    ],
)
def test_what_cannot_be_switched_for_many_is_refused(db, cast, topic, wanted, whom, refusal):
    with pytest.raises(refusal):
        communications.switch_for_many(db, [cast.own.id], topic, wanted, whom=whom, by=cast.operator())


@pytest.mark.parametrize("unlike", ["switch", "archived", "bounced", "complained", "suppressed", "unverified", "hidden", "off", "on"])
def test_the_function_that_sends_is_the_one_that_explains(db, cast, own, unlike):
    """Whatever stops a message in the outbox is what the page says, word for word, and nothing else does."""
    topic, viewer = "news", db.get_one(Contact, cast.own_contacts["viewer"].id)
    communications.choose(db, viewer, {"news": True}, how="form", by=cast.operator())
    messages.queue(
        db,
        "low_balance",
        to=messages.Recipient(address=viewer.email, contact_id=viewer.id, customer_id=own.id),
        facts={},
        why="",
        key="x",
        entity_id=own.business_entity_id,
    )
    message = letters(db, "low_balance")[0]
    message.topic = topic
    match unlike:
        case "switch":
            communications.set_communications(db, own, False, by=cast.operator())
        case "archived":
            own.status = "archived"
        case "bounced":
            viewer.bounce_state = "hard"
        case "complained":
            viewer.bounce_state = "complained"
        case "suppressed":
            suppressions.add(db, viewer.email, scope="marketing", reason="operator", by=cast.operator())
        case "unverified":
            viewer.verified_at = None
        case "hidden":
            topics.set_hidden(db, "news", True, by=cast.operator())
        case "off":
            communications.choose(db, viewer, {"news": False}, how="form", by=cast.operator())
    db.flush()
    said = next(one for one in communications.recipients(db, own, topic) if one.contact.id == viewer.id)
    read = next(one for one in communications.addressees(db, own, topic) if one.contact.id == viewer.id)
    held = Judge(db, [message]).holds(message)
    assert said.rule == unlike
    assert (said.will, said.rule, said.reason) == (read.will, read.rule, read.reason)
    assert (held is None) == said.will
    assert held is None or held.words == said.because
