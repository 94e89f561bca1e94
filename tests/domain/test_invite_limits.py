"""Invites are written with measure: to one address, and by one person; the wait is said in seconds."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.domain import actors, contacts, invite_limits, users
from portal.domain.invite_limits import TooManyInvites
from portal.model import Contact, EmailMessage, User
from portal.values import clock


def test_the_fourth_invite_to_one_address_waits_and_says_how_long(session, cast):
    by = cast.operator()
    new = users.invite_by_mail(session, "new@northwind.example", "viewer", by=by)
    for _ in range(2):
        users.send_again(session, new.id, by=by)
    with pytest.raises(TooManyInvites) as refused:
        users.send_again(session, new.id, by=by)
    assert 290 <= refused.value.seconds <= 300
    assert "The next one can be written in 5 minutes." in str(refused.value)
    with clock.frozen(clock.now() + timedelta(seconds=refused.value.seconds)):
        users.send_again(session, new.id, by=by)


def test_it_is_counted_by_the_address_whoever_asks_and_on_whichever_side(session, cast):
    contact = session.get_one(Contact, cast.own_contacts["viewer"].id)
    contact.portal_role = "none"
    for by in (cast.operator("owner"), cast.operator("manager"), cast.operator("support")):
        contacts.invite(session, contact, "viewer", by=by)
    with pytest.raises(TooManyInvites):
        contacts.invite(session, contact, "viewer", by=cast.person("owner"))
    assert session.scalar(select(func.count()).select_from(EmailMessage)) == 3


def test_one_person_writes_thirty_in_an_hour_to_whomever(session, cast):
    by = cast.operator()
    for number in range(30):
        invite_limits.admit(session, f"n{number}@x.example", field="email", by=by)
    with pytest.raises(TooManyInvites) as refused:
        invite_limits.admit(session, "one.more@x.example", field="email", by=by)
    assert refused.value.field == "email"
    invite_limits.admit(session, "one.more@x.example", field="email", by=cast.operator("manager"))
    invite_limits.admit(session, "and.another@x.example", field="email", by=actors.system("cli"))


def test_the_page_says_it_and_writes_nothing(client, cast, database):
    owner = client.as_operator("owner")
    page = owner.get("/console/settings/operators/new")
    answer = owner.submit(page, "/console/settings/operators", {"email": "new@northwind.example", "role": "viewer"})
    for _ in range(2):
        owner.submit(owner.get(answer.location), "/invites")
    refused = owner.submit(owner.get(answer.location), "/invites", status=429)
    assert "The next one can be written in 5 minutes." in refused.text
    assert 290 <= int(refused.response.headers["Retry-After"]) <= 300
    with database.reading() as db:
        assert db.scalar(select(func.count()).where(EmailMessage.letter == "operator_invite")) == 3


def test_an_invite_that_ran_out_says_so(client, cast, database):
    with database.writing() as db:
        new = users.invite_by_mail(db, "new@northwind.example", "viewer", by=cast.operator())
    shown = client.as_operator("owner").get(f"/console/settings/operators/{new.id}").text
    assert "good until" in shown
    with clock.frozen(clock.now() + timedelta(hours=73)):
        assert "Ran out" in client.as_operator("owner").get(f"/console/settings/operators/{new.id}").text
    with database.reading() as db:
        assert db.get_one(User, new.id).deactivated_at is None


def test_a_contacts_invite_says_when_its_link_has_run_out(client, cast, database):
    with database.writing() as db:
        contact = db.get_one(Contact, cast.own_contacts["viewer"].id)
        contact.portal_role = "none"
        contacts.invite(db, contact, "viewer", by=cast.operator()).state = "sent"
    path = f"/account/contacts/{cast.own_contacts['viewer'].id}"
    assert "invite: sent, written" in client.as_person("owner").get(path).text
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert "its link has run out, and offers a fresh one" in client.as_person("owner").get(path).text
