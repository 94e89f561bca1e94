"""Making one contact of two: whose values stay, what it is sent, who may enter, and what is kept."""

import pytest
from sqlalchemy import select

from portal.domain import communications, contacts, mail_log, messages
from portal.domain.contacts import promoting
from portal.model import AuditEvent, BrowserSession, Contact, Customer, EmailMessage
from portal.values import clock
from tests import factories


@pytest.fixture
def db(database):
    with database.writing() as session:
        yield session


@pytest.fixture
def people(db, cast):
    """Ours by role, and another row of Bernd's under his private address."""
    found = {role: db.get_one(Contact, contact.id) for role, contact in cast.own_contacts.items()}
    twin = factories.contact(db, db.get_one(Customer, cast.own.id), "bernd.private@example.org", last_name="Kapoor", phone="+49301234567")
    return found | {"twin": twin}


def test_values_stay_as_chosen_and_gaps_are_filled(db, cast, people):
    bernd, twin = people["billing_manager"], people["twin"]
    kept = contacts.merge(db, bernd, twin, {"email": str(bernd.id), "last_name": str(twin.id)}, by=cast.operator())
    assert kept is bernd
    assert (kept.first_name, kept.last_name, kept.phone, kept.email) == ("Bernd", "Kapoor", "+49301234567", "bernd@gruenwald.example")
    assert twin.removed_at is not None
    assert twin.merged_into_id == bernd.id


def test_the_address_brings_its_standing_along(db, cast, people):
    bernd, twin = people["billing_manager"], people["twin"]
    twin.bounce_state = "soft"
    kept = contacts.merge(db, bernd, twin, {"email": str(twin.id)}, by=cast.operator())
    assert (kept.email, kept.email_key) == ("bernd.private@example.org", "bernd.private@example.org")
    assert (kept.verified_at, kept.bounce_state, kept.user_id) == (None, "soft", None)


def test_the_primary_contact_stays_with_its_address(db, cast, people):
    marta, twin = people["owner"], people["twin"]
    kept = contacts.merge(db, twin, marta, {"email": str(twin.id)}, by=cast.operator())
    assert kept is marta
    assert (kept.email, kept.is_primary, twin.merged_into_id) == ("marta@gruenwald.example", True, marta.id)


def test_the_higher_role_stays_and_what_was_open_ends(db, cast, people):
    vera, bernd = people["viewer"], people["billing_manager"]
    now = clock.now()
    for contact in (vera, bernd):
        db.add(
            BrowserSession(
                digest=contact.id.bytes * 2,
                user_id=contact.user_id,
                side="portal",
                contact_id=contact.id,
                method="link",
                proved_at=now,
                seen_at=now,
                expires_at=now,
            )
        )
    db.flush()
    kept = contacts.merge(db, vera, bernd, {"email": str(vera.id)}, by=cast.operator())
    assert (kept.id, kept.portal_role) == (vera.id, "billing_manager")
    assert all(row.ended_at is not None for row in db.scalars(select(BrowserSession)))


def test_billing_adds_up_and_marketing_goes_by_the_address_that_stays(db, cast, people):
    bernd, twin = people["billing_manager"], people["twin"]
    twin.verified_at = clock.now()
    communications.choose(db, twin, {"reminders": True, "news": True}, how="form", by=cast.operator())
    kept = contacts.merge(db, bernd, twin, {"email": str(bernd.id)}, by=cast.operator())
    row = next(row for row in communications.matrix(db, db.get_one(Customer, cast.own.id)) if row.contact.id == kept.id)
    assert row.wanted["reminders"]
    assert not row.wanted["news"]
    assert "became a part of this contact" in row.receipts["reminders"].wording


def test_what_was_asked_for_at_the_address_that_stays_stays(db, cast, people):
    bernd, twin = people["billing_manager"], people["twin"]
    communications.choose(db, twin, {"news": True}, how="form", by=cast.operator())
    kept = contacts.merge(db, bernd, twin, {"email": str(twin.id)}, by=cast.operator())
    row = next(row for row in communications.matrix(db, db.get_one(Customer, cast.own.id)) if row.contact.id == kept.id)
    assert row.wanted["news"]


def test_history_and_messages_of_both_are_read_together(db, cast, people):
    bernd, twin = people["billing_manager"], people["twin"]
    communications.choose(db, twin, {"reminders": True}, how="form", by=cast.operator())
    told = db.scalars(select(EmailMessage).where(EmailMessage.contact_id == twin.id)).one()
    contacts.merge(db, bernd, twin, {"email": str(bernd.id)}, by=cast.operator())
    assert [one.row.contact_id for one in communications.history(db, bernd.id)] == [bernd.id, twin.id]
    reader = cast.person("billing_manager")
    assert told.id in {row.id for row in mail_log.of_person(db, reader).rows}
    assert messages.find(db, reader, told.id) is told
    assert [one.id for one in contacts.parts_of(db, bernd.id)] == [twin.id]


def test_what_waits_for_the_other_goes_to_the_one_that_stays(db, cast, people):
    bernd, twin = people["billing_manager"], people["twin"]
    communications.choose(db, twin, {"wallet": True}, how="form", by=cast.operator())
    facts = {"currency": "EUR", "balance": 1, "threshold": 2}
    messages.tell(db, db.get_one(Customer, cast.own.id), "wallet", "low_balance", facts=facts, key="low")
    waiting = db.scalars(select(EmailMessage).where(EmailMessage.contact_id == twin.id, EmailMessage.topic == "wallet")).one()
    contacts.merge(db, bernd, twin, {"email": str(bernd.id)}, by=cast.operator())
    db.refresh(waiting)
    assert (waiting.contact_id, waiting.to_address, waiting.to_key) == (bernd.id, bernd.email, bernd.email_key)


def test_no_billing_topic_loses_its_reader(db, cast, people):
    bernd, twin = people["billing_manager"], people["twin"]
    own = db.get_one(Customer, cast.own.id)
    twin.bounce_state = "hard"
    communications.choose(db, bernd, {"reminders": True}, how="form", by=cast.operator())
    communications.choose(db, people["owner"], {"reminders": False}, how="form", by=cast.operator())
    contacts.merge(db, bernd, twin, {"email": str(twin.id)}, by=cast.operator())
    assert [one.contact.id for one in communications.recipients(db, own, "reminders") if one.will]


def test_the_act_is_recorded_with_both_names(db, cast, people):
    contacts.merge(db, people["billing_manager"], people["twin"], by=cast.operator())
    event = db.scalars(select(AuditEvent).where(AuditEvent.action == "contact.merged")).one()
    assert event.subject_id == people["billing_manager"].id
    assert event.facts["merged_email"] == "bernd.private@example.org"
    assert event.changes["last_name"] == ["", "Kapoor"]


def test_who_was_merged_is_brought_back_as_a_contact_of_its_own(db, cast, people):
    contacts.merge(db, people["billing_manager"], people["twin"], by=cast.operator())
    back = contacts.restore(db, cast.own.id, people["twin"].id, by=cast.operator())
    assert (back.removed_at, back.merged_into_id) == (None, None)


@pytest.mark.parametrize("which", ["oneself", "foreign"])
def test_one_contact_is_made_of_two_of_the_same_customer(db, cast, people, which):
    other = people["viewer"] if which == "oneself" else db.get_one(Contact, cast.neighbour_contacts["owner"].id)
    with pytest.raises(contacts.SameContact):
        contacts.merge(db, people["viewer"], other, by=cast.operator())


@pytest.mark.parametrize(("one", "other"), [("viewer", "owner"), ("twin", "viewer")])
def test_a_billing_manager_changes_nobodys_access_by_it(db, cast, people, one, other):
    with pytest.raises(contacts.OwnersOnly):
        contacts.merge(db, people[one], people[other], by=cast.person("billing_manager"))


def test_a_billing_manager_merges_what_leaves_access_as_it_is(db, cast, people):
    kept = contacts.merge(db, people["viewer"], people["twin"], by=cast.person("billing_manager"))
    assert (kept.id, kept.portal_role) == (people["viewer"].id, "viewer")


def test_making_primary_moves_the_customers_address_and_loses_no_reader(db, cast, people):
    former = promoting.make_primary(db, people["billing_manager"], by=cast.operator())
    own = db.get_one(Customer, cast.own.id)
    assert former.id == people["owner"].id
    assert (own.email, people["billing_manager"].is_primary, people["owner"].is_primary) == ("bernd@gruenwald.example", True, False)
    assert communications.silence(db, own) is None
    promoting.make_primary(db, former, by=cast.operator())
    assert own.email == "marta@gruenwald.example"


def test_an_address_that_bounces_is_not_made_primary(db, cast, people):
    people["viewer"].bounce_state = "hard"
    with pytest.raises(contacts.PrimaryUnreachable):
        promoting.make_primary(db, people["viewer"], by=cast.operator())


def test_a_billing_manager_makes_no_owner_by_making_primary(db, cast, people):
    with pytest.raises(contacts.OwnersOnly):
        promoting.make_primary(db, people["twin"], by=cast.person("billing_manager"))


def test_the_same_person_elsewhere_is_named_to_operators_who_reach_it(db, cast, people):
    factories.contact(db, db.get_one(Customer, cast.neighbour.id), people["twin"].email)
    [there] = contacts.elsewhere(db, cast.operator(), people["twin"])
    assert there.name == "Nachbar AG"
    assert contacts.elsewhere(db, cast.person(), people["twin"]) == []
