"""Undoing a merge: everything that it changed is as it was, but for what somebody changed since, which is said."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain import actors, communications, contacts, messages, sign_in, suppressions
from portal.domain.contacts import promoting
from portal.domain.errors import NotFound
from portal.model import (
    AuditEvent,
    BrowserSession,
    Contact,
    Customer,
    EmailLink,
    EmailMessage,
    Preference,
    PreferenceReceipt,
    SearchDocument,
    WalletDigest,
)
from portal.values import clock
from tests import factories

FACTS = {"currency": "EUR", "balance": 1, "threshold": 2}
COLUMNS = (
    *("first_name", "last_name", "email", "email_key", "phone", "job_title", "locale", "time_zone", "portal_role"),
    *("is_primary", "user_id", "verified_at", "bounce_state", "bounced_at", "removed_at", "merged_into_id"),
)


@pytest.fixture
def db(database):
    with database.writing() as session:
        yield session


@pytest.fixture
def by(cast):
    return cast.operator("support")


@pytest.fixture
def own(db, cast):
    return db.get_one(Customer, cast.own.id)


@pytest.fixture
def people(db, cast, own):
    found = {role: db.get_one(Contact, contact.id) for role, contact in cast.own_contacts.items()}
    twin = factories.contact(db, own, "bernd.private@example.org", last_name="Kapoor", phone="+49301234567", locale="de")
    return found | {"twin": twin}


def picture(db, own):
    """All that a merge could touch: columns, what holds of choices and by which receipt, what is wanted."""
    db.flush()
    db.expire_all()
    found = list(db.scalars(select(Contact).where(Contact.customer_id == own.id).order_by(Contact.id)))
    columns = {contact.id: {name: getattr(contact, name) for name in COLUMNS} for contact in found}
    choices = {(row.contact_id, row.topic): (row.wanted, row.receipt_id) for row in db.scalars(select(Preference))}
    wanted = {row.contact.id: dict(row.wanted) for row in communications.matrix(db, own)}
    waiting = {
        row.id: (row.contact_id, row.to_address, row.to_key, row.to_name, row.state)
        for row in db.scalars(select(EmailMessage).where(EmailMessage.letter.in_(("low_balance", "contact_invite"))))
    }
    links = {row.id: row.revoked_at for row in db.scalars(select(EmailLink))}
    return columns, choices, wanted, waiting, links


def undo(db, own, contact, by):
    made = contacts.restore(db, own.id, contact.id, by=by)
    db.flush()
    return made


def stays(db, contact):
    return contacts.undone_lately(db, contact.id).stays


@pytest.mark.parametrize("address", ["kept", "taken over"])
def test_all_is_as_it_was(db, own, people, by, address):
    bernd, twin, viewer = people["billing_manager"], people["twin"], people["viewer"]
    twin.verified_at = clock.now()
    communications.choose(db, twin, {"reminders": True, "news": True, "invoices": False}, how="form", by=by)
    communications.choose(db, bernd, {"statements": True, "news": True}, how="form", by=by)
    communications.choose(db, bernd, {"news": False}, how="form", by=by)
    communications.choose(db, viewer, {"contracts": True}, how="form", by=by)
    before = picture(db, own)
    kept = contacts.merge(db, bernd, twin, {"email": str((bernd if address == "kept" else twin).id)}, by=by)
    assert kept is bernd
    assert picture(db, own) != before
    back = undo(db, own, twin, by)
    assert back is twin
    assert picture(db, own) == before
    assert stays(db, twin) == []


def test_the_role_that_was_taken_over_is_given_back(db, own, people, by):
    viewer, bernd = people["viewer"], people["billing_manager"]
    before = picture(db, own)
    contacts.merge(db, viewer, bernd, {"email": str(viewer.id), "first_name": str(bernd.id)}, by=by)
    assert viewer.portal_role == "billing_manager"
    undo(db, own, bernd, by)
    assert picture(db, own) == before


def test_one_who_was_merged_into_the_primary_comes_back(db, own, people, by):
    before = picture(db, own)
    contacts.merge(db, people["twin"], people["owner"], {"phone": str(people["twin"].id)}, by=by)
    undo(db, own, people["twin"], by)
    assert picture(db, own) == before
    assert own.email == people["owner"].email


def test_the_choices_come_back_with_the_receipts_that_held_and_the_undo_has_its_own(db, own, people, by):
    bernd, twin = people["billing_manager"], people["twin"]
    communications.choose(db, bernd, {"news": True}, how="link", wording={"news": "Yes, news"}, by=by)
    [held] = db.scalars(select(Preference.receipt_id).where(Preference.contact_id == bernd.id))
    communications.choose(db, twin, {"reminders": True}, how="form", by=by)
    contacts.merge(db, bernd, twin, {"email": str(twin.id)}, by=by)
    undo(db, own, twin, by)
    assert db.get_one(Preference, (bernd.id, "news")).receipt_id == held
    assert db.get(Preference, (bernd.id, "reminders")) is None
    undone = db.scalars(select(PreferenceReceipt).where(PreferenceReceipt.how == "undo")).all()
    assert {(one.topic, one.wanted) for one in undone} == {("news", True), ("reminders", False)}
    assert all(one.undoes_id is not None and "two contacts again" in one.wording for one in undone)


def test_what_waits_goes_back_to_whom_it_was_for(db, own, people, by):
    bernd, twin = people["billing_manager"], people["twin"]
    communications.choose(db, twin, {"wallet": True}, how="form", by=by)
    messages.tell(db, own, "wallet", "low_balance", facts=FACTS, key="low")
    before = picture(db, own)
    contacts.merge(db, bernd, twin, {"email": str(bernd.id)}, by=by)
    undo(db, own, twin, by)
    assert picture(db, own) == before


def test_what_went_out_in_between_is_said(db, own, people, by):
    bernd, twin = people["billing_manager"], people["twin"]
    communications.choose(db, twin, {"wallet": True}, how="form", by=by)
    messages.tell(db, own, "wallet", "low_balance", facts=FACTS, key="low")
    contacts.merge(db, bernd, twin, {"email": str(bernd.id)}, by=by)
    db.expire_all()
    sent = db.scalars(select(EmailMessage).where(EmailMessage.contact_id == bernd.id, EmailMessage.topic == "wallet")).one()
    sent.state, sent.sent_at = "sent", clock.now()
    undo(db, own, twin, by)
    assert sent.contact_id == bernd.id
    assert stays(db, twin) == ["1 message that waited for Kapoor went to Bernd in between."]


def test_invites_and_links_that_ended_open_again(db, own, people, by):
    twin, bernd = people["twin"], people["billing_manager"]
    contacts.invite(db, twin, "viewer", by=by)
    sign_in.mint_link(db, purpose="sign_in", contact_id=twin.id)
    before = picture(db, own)
    contacts.merge(db, bernd, twin, {"email": str(bernd.id)}, by=by)
    undo(db, own, twin, by)
    assert picture(db, own) == before


def test_sessions_that_ended_stay_so_and_those_of_a_role_that_goes_back_end(db, own, people, by):
    viewer, bernd = people["viewer"], people["billing_manager"]
    contacts.merge(db, viewer, bernd, {"email": str(viewer.id)}, by=by)
    now = clock.now()
    row = BrowserSession(
        digest=b"-" * 32, user_id=viewer.user_id, side="portal", contact_id=viewer.id, method="link",
        proved_at=now, seen_at=now, expires_at=now + timedelta(days=1),
    )  # fmt: skip
    db.add(row)
    undo(db, own, bernd, by)
    db.refresh(row)
    assert row.ended_at is not None


def test_the_daily_letter_comes_again(db, own, people, by):
    bernd, twin = people["billing_manager"], people["twin"]
    communications.choose_daily(db, twin, True, how="form", by=by)
    contacts.merge(db, bernd, twin, by=by)
    db.get_one(WalletDigest, twin.id).due_at = None  # as the worker leaves it where somebody is no contact any more
    undo(db, own, twin, by)
    digest = db.get_one(WalletDigest, twin.id)
    assert digest.daily
    assert digest.due_at > clock.now()


def test_what_was_changed_since_stays_and_is_said_with_who_did(db, cast, own, people, by):
    bernd, twin = people["billing_manager"], people["twin"]
    communications.choose(db, twin, {"reminders": True, "statements": True}, how="form", by=by)
    contacts.merge(db, bernd, twin, {"email": str(bernd.id)}, by=by)
    owner = cast.person("owner")
    contacts.change(db, bernd, {"phone": "+49309999999", "portal_role": "owner"}, by=owner)
    communications.choose(db, bernd, {"reminders": False}, how="form", by=owner)
    communications.choose(db, bernd, {"reminders": True}, how="form", by=owner)
    undo(db, own, twin, by)
    assert (bernd.phone, bernd.portal_role, bernd.last_name) == ("+49309999999", "owner", "")
    row = next(row for row in communications.matrix(db, own) if row.contact is bernd)
    assert row.wanted["reminders"]
    assert not row.wanted["statements"]
    assert stays(db, twin) == [
        "Bernd keeps the phone +49 30 9999999: Marta Grünwald changed it since.",
        "Bernd keeps payment reminders on: Marta Grünwald chose so since.",
    ]
    event = db.scalars(select(AuditEvent).where(AuditEvent.action == "contact.unmerged")).one()
    assert event.facts["stays"] == stays(db, twin)


def test_a_role_that_was_given_since_stays(db, cast, own, people, by):
    viewer, bernd = people["viewer"], people["billing_manager"]
    contacts.merge(db, viewer, bernd, {"email": str(viewer.id), "first_name": str(viewer.id)}, by=by)
    contacts.change(db, viewer, {"portal_role": "owner"}, by=cast.person("owner"))
    undo(db, own, bernd, by)
    assert (viewer.portal_role, bernd.portal_role) == ("owner", "billing_manager")
    assert stays(db, bernd) == ["Vera stays owner in the portal: Marta Grünwald changed it since."]


def test_an_address_that_was_changed_since_stays(db, cast, own, people, by):
    bernd, twin = people["billing_manager"], people["twin"]
    contacts.merge(db, bernd, twin, {"email": str(twin.id), "first_name": str(bernd.id)}, by=by)
    contacts.change(db, bernd, {"email": "bernd.new@gruenwald.example"}, by=by)
    undo(db, own, twin, by)
    assert (bernd.email, twin.email) == ("bernd.new@gruenwald.example", "bernd.private@example.org")
    assert stays(db, twin) == ["Bernd keeps the address bernd.new@gruenwald.example: Support Operator changed it since."]


def test_what_was_learnt_of_an_address_goes_with_it(db, own, people, by):
    bernd, twin = people["billing_manager"], people["twin"]
    contacts.merge(db, bernd, twin, {"email": str(twin.id)}, by=by)
    bernd.verified_at = learnt = clock.now()
    worker = actors.system("worker")
    suppressions.put(db, "bernd@gruenwald.example", scope="all", reason="bounced", by=worker)
    undo(db, own, twin, by)
    assert (twin.verified_at, twin.bounce_state) == (learnt, "none")
    assert (bernd.email, bernd.bounce_state) == ("bernd@gruenwald.example", "hard")


def test_a_bounce_of_the_address_in_between_shows_on_who_comes_back(db, own, people, by):
    bernd, twin = people["billing_manager"], people["twin"]
    contacts.merge(db, bernd, twin, {"email": str(bernd.id)}, by=by)
    suppressions.put(db, twin.email, scope="all", reason="complained", by=actors.system("worker"))
    undo(db, own, twin, by)
    assert twin.bounce_state == "complained"


def test_nothing_of_billing_loses_its_reader_by_it(db, own, people, by):
    bernd, twin = people["billing_manager"], people["twin"]
    communications.choose(db, twin, {"reminders": True}, how="form", by=by)
    communications.choose(db, people["owner"], {"reminders": False}, how="form", by=by)
    contacts.merge(db, bernd, twin, {"email": str(bernd.id)}, by=by)
    suppressions.put(db, twin.email, scope="all", reason="bounced", by=actors.system("worker"))
    undo(db, own, twin, by)
    assert [one.contact.first_name for one in communications.recipients(db, own, "reminders") if one.will] == ["Marta"]


def test_an_address_that_somebody_else_has_by_now_is_not_taken_away(db, own, people, by):
    bernd, twin = people["billing_manager"], people["twin"]
    contacts.merge(db, bernd, twin, {"email": str(bernd.id)}, by=by)
    contacts.add(db, own, {"email": twin.email, "first_name": "New"}, by=by)
    with pytest.raises(contacts.EmailTaken) as refused:
        undo(db, own, twin, by)
    assert "New has this address here already." in str(refused.value)


def test_who_became_the_primary_contact_with_the_address_keeps_it(db, own, people, by):
    bernd, twin = people["billing_manager"], people["twin"]
    contacts.merge(db, bernd, twin, {"email": str(twin.id)}, by=by)
    promoting.make_primary(db, bernd, by=by)
    with pytest.raises(contacts.PrimarySince) as refused:
        undo(db, own, twin, by)
    assert "is the primary contact with this address by now" in str(refused.value)


def test_merges_are_undone_the_last_one_first(db, own, people, by):
    bernd, twin = people["billing_manager"], people["twin"]
    before = picture(db, own)
    contacts.merge(db, bernd, twin, {"email": str(bernd.id)}, by=by)
    contacts.merge(db, bernd, people["viewer"], {"email": str(bernd.id)}, by=by)
    with pytest.raises(contacts.LaterMerger) as refused:
        undo(db, own, twin, by)
    assert "Vera" in str(refused.value)
    undo(db, own, people["viewer"], by)
    undo(db, own, twin, by)
    assert picture(db, own) == before


def test_one_that_became_a_part_of_a_third_is_undone_from_there(db, own, people, by):
    bernd, twin, viewer = people["billing_manager"], people["twin"], people["viewer"]
    contacts.merge(db, bernd, twin, {"email": str(bernd.id)}, by=by)
    contacts.merge(db, viewer, bernd, {"email": str(viewer.id)}, by=by)
    with pytest.raises(contacts.LaterMerger):
        undo(db, own, twin, by)


def test_one_who_was_removed_since_stays_removed(db, own, people, by):
    bernd, twin = people["billing_manager"], people["twin"]
    contacts.merge(db, bernd, twin, {"email": str(bernd.id)}, by=by)
    contacts.remove(db, bernd, by=by)
    undo(db, own, twin, by)
    assert (twin.removed_at, bernd.removed_at is None) == (None, False)
    assert stays(db, twin) == ["Bernd Kapoor was removed since and stays so."]


def test_it_is_undone_within_the_hour_and_once(db, own, people, by):
    bernd, twin = people["billing_manager"], people["twin"]
    contacts.merge(db, bernd, twin, by=by)
    with clock.frozen(clock.now() + timedelta(hours=1, seconds=1)), pytest.raises(NotFound):
        contacts.restore(db, own.id, twin.id, by=by)
    undo(db, own, twin, by)
    with pytest.raises(NotFound):
        undo(db, own, twin, by)


def test_what_would_come_back_is_said_before(db, cast, own, people, by):
    bernd, twin = people["billing_manager"], people["twin"]
    communications.choose(db, twin, {"reminders": True, "statements": True}, how="form", by=by)
    contacts.merge(db, bernd, twin, {"email": str(bernd.id)}, by=by)
    communications.choose(db, bernd, {"statements": False}, how="form", by=cast.person("owner"))
    found = contacts.undoing(db, twin)
    assert {name: value for name, value in found.back.items() if name != "updated_at"} == {
        "last_name": "", "phone": "", "locale": None,
    }  # fmt: skip
    assert [(one.topic.key, one.wanted) for one in found.choices] == [("reminders", False)]
    assert found.stays == ("Bernd keeps statements off: Marta Grünwald chose so since.",)


def test_it_is_found_again_and_recorded(db, own, people, by):
    bernd, twin = people["billing_manager"], people["twin"]
    contacts.merge(db, bernd, twin, {"email": str(bernd.id)}, by=by)
    undo(db, own, twin, by)
    body = db.scalar(select(SearchDocument.body).where(SearchDocument.customer_id == own.id))
    assert "bernd.private@example.org" in body
    event = db.scalars(select(AuditEvent).where(AuditEvent.action == "contact.unmerged")).one()
    assert (event.subject_id, event.facts["apart"], event.changes["phone"]) == (bernd.id, "Kapoor", ["+49301234567", ""])


@pytest.mark.parametrize(("one", "other"), [("viewer", "billing_manager"), ("billing_manager", "owner")])
def test_a_billing_manager_changes_nobodys_access_by_undoing(db, cast, own, people, one, other):
    operator = cast.operator()
    kept = contacts.merge(db, people[one], people[other], by=operator)
    gone = people[other] if kept is people[one] else people[one]
    manager = actors.customer(
        user_id=people["viewer"].user_id, name="M", role="billing_manager", customer_id=own.id, contact_id=people["viewer"].id
    )
    with pytest.raises(contacts.OwnersOnly):
        contacts.restore(db, own.id, gone.id, by=manager)


def test_the_customers_own_people_undo_their_merges(db, cast, own, people):
    owner = cast.person("owner")
    before = picture(db, own)
    contacts.merge(db, people["billing_manager"], people["twin"], by=owner)
    undo(db, own, people["twin"], owner)
    assert picture(db, own) == before


def test_a_neighbour_undoes_nothing(db, cast, own, people, by):
    contacts.merge(db, people["billing_manager"], people["twin"], by=by)
    with pytest.raises(NotFound):
        contacts.restore(db, own.id, people["twin"].id, by=cast.person("owner", at="neighbour"))
