"""Contacts: added, changed, removed; the primary follows the customer's own email."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain import communications, contacts, customers
from portal.domain.errors import NotFound
from portal.model import AuditEvent, BrowserSession, Contact, Customer, EmailMessage
from portal.values import clock
from tests import factories


@pytest.fixture
def own(session, cast):
    return session.get_one(Customer, cast.own.id)


@pytest.fixture
def people(session, cast):
    return {role: session.get_one(Contact, contact.id) for role, contact in cast.own_contacts.items()}


def events(session, action):
    return list(session.scalars(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id)))


def test_adding_records_what_was_given(session, cast, own):
    made = contacts.add(session, own, {"email": "Yui@example.jp", "first_name": "結衣", "last_name": "田中"}, by=cast.operator())
    assert (made.email_key, made.name, made.is_primary, made.portal_role) == ("yui@example.jp", "結衣 田中", False, "none")
    [event] = events(session, "contact.added")
    assert event.changes["email"] == [None, "Yui@example.jp"]
    assert event.customer_id == own.id


def test_one_address_stands_once_at_a_customer_and_again_at_another(session, cast, own):
    with pytest.raises(contacts.EmailTaken, match="Bernd has this address here already"):
        contacts.add(session, own, {"email": "BERND@gruenwald.example"}, by=cast.operator())
    neighbour = session.get_one(Customer, cast.neighbour.id)
    assert contacts.add(session, neighbour, {"email": "bernd@gruenwald.example"}, by=cast.operator()).customer_id == neighbour.id


def test_two_who_add_one_address_at_once_make_one_contact(database, cast):
    outcomes = []

    def add():
        with database.write_session() as session:
            try:
                own = session.get_one(Customer, cast.own.id)
                contacts.add(session, own, {"email": "new@gruenwald.example"}, by=cast.operator())
                session.commit()
                outcomes.append("added")
            except contacts.EmailTaken:
                outcomes.append("taken")

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["added", "taken", "taken", "taken"]


def test_a_contact_of_the_neighbour_is_not_found(session, cast):
    nora = cast.neighbour_contacts["owner"]
    with pytest.raises(NotFound):
        contacts.find(session, cast.person(), cast.own.id, nora.id)
    with pytest.raises(NotFound):
        contacts.find(session, cast.person(), cast.neighbour.id, nora.id)


def test_a_new_address_is_unverified_the_old_one_is_told_and_sessions_end(session, cast, people):
    bernd = people["billing_manager"]
    session.add(
        BrowserSession(
            digest=b"1" * 32,
            user_id=bernd.user_id,
            side="portal",
            contact_id=bernd.id,
            method="link",
            proved_at=clock.now(),
            seen_at=clock.now(),
            expires_at=clock.now(),
        )
    )
    contacts.change(session, bernd, {"email": "b.neu@gruenwald.example"}, by=cast.operator())
    assert (bernd.verified_at, bernd.user_id) == (None, None)
    assert session.scalar(select(BrowserSession.end_reason).where(BrowserSession.contact_id == bernd.id)) == "address changed"
    told = session.scalars(select(EmailMessage)).one()
    assert (told.to_address, told.letter) == ("bernd@gruenwald.example", "email_changed")
    assert told.facts["new_address"] == "b•••••u@gruenwald.example"


def test_the_primary_address_changes_with_the_customer_only(session, cast, people):
    with pytest.raises(contacts.PrimaryStays):
        contacts.change(session, people["owner"], {"email": "other@gruenwald.example"}, by=cast.operator())
    with pytest.raises(contacts.PrimaryStays):
        contacts.remove(session, people["owner"], by=cast.operator())


def test_colleagues_cannot_put_an_address_of_theirs_in_place_of_one_that_signs_in(session, cast, people):
    with pytest.raises(contacts.AddressInUse):
        contacts.change(session, people["viewer"], {"email": "mine@gruenwald.example"}, by=cast.person("billing_manager"))


def test_a_billing_manager_makes_and_removes_no_owner(session, cast, own, people):
    bernd = cast.person("billing_manager")
    with pytest.raises(contacts.OwnersOnly):
        contacts.add(session, own, {"email": "x@gruenwald.example", "portal_role": "owner"}, by=bernd)
    with pytest.raises(contacts.OwnersOnly):
        contacts.change(session, people["billing_manager"], {"portal_role": "owner"}, by=bernd)
    with pytest.raises(contacts.OwnersOnly):
        contacts.change(session, people["owner"], {"first_name": "M."}, by=bernd)
    second = contacts.add(session, own, {"email": "y@gruenwald.example", "portal_role": "owner"}, by=cast.operator())
    with pytest.raises(contacts.OwnersOnly):
        contacts.remove(session, second, by=bernd)


def test_the_last_owner_stays_unless_an_operator_says_otherwise(session, cast, people):
    with pytest.raises(contacts.LastOwner):
        contacts.change(session, people["owner"], {"portal_role": "viewer"}, by=cast.person())
    contacts.change(session, people["owner"], {"portal_role": "viewer"}, by=cast.operator())
    assert people["owner"].portal_role == "viewer"


def test_a_change_that_was_not_seen_is_not_overwritten(session, cast, people):
    vera = people["viewer"]
    seen = vera.updated_at
    contacts.change(session, vera, {"phone": "+4930901820"}, by=cast.operator())
    with pytest.raises(contacts.Changed):
        contacts.change(session, vera, {"job_title": "Accounts"}, seen=seen, by=cast.person())
    contacts.change(session, vera, {"job_title": "Accounts"}, seen=vera.updated_at, by=cast.person())
    assert (vera.phone, vera.job_title) == ("+4930901820", "Accounts")


def test_saving_what_is_there_already_records_nothing(session, cast, people):
    contacts.change(session, people["viewer"], {"first_name": "Vera"}, by=cast.operator())
    assert events(session, "contact.changed") == []


def test_removing_the_last_reader_names_who_would_take_over(session, cast, own, people):
    by = cast.operator()
    bernd, marta = people["billing_manager"], people["owner"]
    communications.choose(session, bernd, {"reminders": True}, how="form", by=by)
    communications.choose(session, marta, {"reminders": False}, how="form", by=by)
    with pytest.raises(communications.LastRecipient) as refused:
        contacts.remove(session, bernd, by=by)
    assert str(refused.value) == "Bernd is the last who gets payment reminders. Marta Grünwald would get them instead."
    assert refused.value.offer == "Let Marta get them instead"
    assert bernd.removed_at is None
    contacts.remove(session, bernd, handover={"reminders": marta.id}, by=by)
    assert bernd.removed_at is not None
    assert [verdict.contact.id for verdict in communications.recipients(session, own, "reminders") if verdict.will] == [marta.id]
    assert [event.subject_name for event in events(session, "contact.removed")] == ["Bernd"]


def test_a_removed_contact_is_found_no_more_and_its_address_is_free(session, cast, own, people):
    contacts.remove(session, people["viewer"], by=cast.operator())
    with pytest.raises(NotFound):
        contacts.find(session, cast.operator(), own.id, people["viewer"].id)
    with pytest.raises(NotFound):
        contacts.remove(session, people["viewer"], by=cast.operator())
    assert contacts.add(session, own, {"email": "vera@gruenwald.example"}, by=cast.operator()).id != people["viewer"].id


def test_a_customer_with_an_email_has_a_primary_contact_who_owns(session, cast):
    made = customers.add(session, {"name": "Neu GmbH", "email": "neu@example.com"}, by=cast.operator())
    [primary] = contacts.of_customer(session, made.id)
    assert (primary.email, primary.is_primary, primary.portal_role) == ("neu@example.com", True, "owner")
    assert [event.subject_name for event in events(session, "contact.added")] == ["neu@example.com"]


def test_a_corrected_address_stays_the_same_primary_where_nobody_signed_in(session, cast):
    made = customers.add(session, {"name": "Neu GmbH", "email": "nue@example.com"}, by=cast.operator())
    customers.change(session, made, {"email": "neu@example.com"}, version=None, by=cast.operator())
    [primary] = contacts.of_customer(session, made.id)
    assert (primary.email, primary.is_primary) == ("neu@example.com", True)
    assert events(session, "contact.changed")[-1].changes == {"email": ["nue@example.com", "neu@example.com"]}


def test_another_address_promotes_its_contact_and_keeps_the_one_who_signed_in(session, cast, own, people):
    customers.change(session, own, {"email": "vera@gruenwald.example"}, version=None, by=cast.operator())
    assert [(one.first_name, one.is_primary) for one in contacts.of_customer(session, own.id)] == [
        ("Vera", True),
        ("Marta", False),
        ("Bernd", False),
    ]


def test_no_billing_topic_loses_its_readers_with_the_primary_address(session, cast, own, people):
    """Secondary contacts get receipts only where chosen, so one who stops being primary would leave nobody."""
    customers.change(session, own, {"email": None}, version=None, by=cast.operator())
    assert not any(contact.is_primary for contact in contacts.of_customer(session, own.id))
    for topic in communications.CHOICES.values():
        if topic.keeps_a_reader:
            readers = [verdict.contact.id for verdict in communications.recipients(session, own, topic.key) if verdict.will]
            assert people["owner"].id in readers, topic.key


def test_a_contact_without_role_becomes_owner_when_it_becomes_primary(session, cast, own):
    plain = factories.contact(session, own, "plain@gruenwald.example")
    customers.change(session, own, {"email": "plain@gruenwald.example"}, version=None, by=cast.operator())
    assert (plain.is_primary, plain.portal_role) == (True, "owner")


def test_a_contact_removed_a_moment_ago_comes_back_as_it_was(session, cast, own, people):
    vera = people["viewer"]
    contacts.remove(session, vera, by=cast.operator())
    back = contacts.restore(session, own.id, vera.id, by=cast.operator())
    assert (back.id, back.portal_role, back.removed_at) == (vera.id, "viewer", None)
    assert vera in contacts.of_customer(session, own.id)
    [event] = events(session, "contact.restored")
    assert event.changes == {"email": [None, "vera@gruenwald.example"]}


def test_what_is_there_long_gone_or_elsewhere_is_not_brought_back(session, cast, own, people):
    vera = people["viewer"]
    with pytest.raises(NotFound):
        contacts.restore(session, own.id, vera.id, by=cast.operator())
    contacts.remove(session, vera, by=cast.operator())
    with pytest.raises(NotFound):
        contacts.restore(session, cast.neighbour.id, vera.id, by=cast.operator())
    with pytest.raises(NotFound):
        contacts.restore(session, own.id, vera.id, by=cast.person("owner", at="neighbour"))
    vera.removed_at -= timedelta(hours=2)
    session.flush()
    with pytest.raises(NotFound):
        contacts.restore(session, own.id, vera.id, by=cast.operator())


def test_who_has_the_address_by_now_keeps_it(session, cast, own, people):
    contacts.remove(session, people["viewer"], by=cast.operator())
    contacts.add(session, own, {"email": "Vera@gruenwald.example", "first_name": "Another"}, by=cast.operator())
    with pytest.raises(contacts.EmailTaken, match="Another has this address"):
        contacts.restore(session, own.id, people["viewer"].id, by=cast.operator())


def test_a_billing_manager_brings_no_owner_back(session, cast, own):
    owner = contacts.add(session, own, {"email": "o@gruenwald.example", "portal_role": "owner"}, by=cast.operator())
    contacts.remove(session, owner, by=cast.operator())
    with pytest.raises(contacts.OwnersOnly):
        contacts.restore(session, own.id, owner.id, by=cast.person("billing_manager"))
