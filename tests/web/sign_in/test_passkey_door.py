"""Signing in with a passkey alone, for operators and customers' people."""

import pytest
from sqlalchemy import select

from portal.domain.factors import Site
from portal.model import AuditEvent, BrowserSession, Membership, User
from portal.values import clock
from tests.factor_holders import holder
from tests.page_client import PageClient


@pytest.fixture
def owner(app, cast, database):
    return holder(app, database, cast.operators["owner"].id, totp=False, passkey=True)


def sign_in(client, device, *, status=303, **more):
    asked = client.post("/sign-in/passkey/challenges", status=200).response.get_json()
    return client.post("/sign-in/passkey", {"credential": device.sign(asked), **more}, status=status)


def test_the_sign_in_page_offers_it_where_script_runs(client):
    form = next(form for form in client.get("/sign-in").find_all("form") if form.get("data-passkey"))
    assert form.get("data-passkey") == "/sign-in/passkey/challenges"
    assert "hidden" in form.attrib


def test_a_passkey_opens_the_console_by_itself(client, owner, database):
    assert sign_in(client, owner.device, next="/console/profile").location == "/console/profile"
    client.get("/console/profile")
    with database.reading() as db:
        session = db.scalars(select(BrowserSession)).one()
        assert (session.method, session.second_factor, session.side) == ("passkey", "passkey", "console")


def test_a_passkey_opens_the_portal(client, app, cast, database):
    marta = holder(app, database, cast.own_contacts["owner"].user_id, totp=True, passkey=True)
    assert sign_in(client, marta.device).location == "/account"
    assert "Grünwald" in client.get("/account").text


def test_a_person_at_two_customers_chooses(client, app, cast, database):
    with database.writing() as db:
        contact = db.merge(cast.neighbour_contacts["owner"])
        marta = db.merge(cast.own_contacts["owner"])
        contact.email, contact.email_key, contact.user_id = marta.email, marta.email_key, marta.user_id
    made = holder(app, database, cast.own_contacts["owner"].user_id, totp=False, passkey=True)
    assert sign_in(client, made.device).location.startswith("/sign-in/choose")


def test_a_portal_whose_address_was_never_shown_is_not_opened(client, app, cast, database, owner):
    """An operator's passkey says nothing about the mailbox of a contact that has the same address."""
    with database.writing() as db:
        contact = db.merge(cast.neighbour_contacts["owner"])
        contact.email = contact.email_key = "owner@northwind.example"
        contact.user_id = contact.verified_at = None
        membership = db.scalars(select(Membership).where(Membership.user_id == owner.user_id)).one()
        membership.ended_at = clock.now()
    sign_in(client, owner.device, status=422)
    client.get("/account", status=303)


def test_a_device_that_did_not_verify_its_user_is_not_enough(client, owner):
    owner.device.verifies = False
    assert "A link by email works now." in sign_in(client, owner.device, status=422).text
    client.get("/console", status=303)


def test_an_answer_is_good_once(client, owner, app, cast):
    asked = client.post("/sign-in/passkey/challenges", status=200).response.get_json()
    cookie = client.http.get_cookie("portal_passkey").value
    credential = owner.device.sign(asked)
    client.post("/sign-in/passkey", {"credential": credential})
    thief = PageClient(app, cast)
    thief.http.set_cookie("portal_passkey", cookie)
    thief.post("/sign-in/passkey", {"credential": credential}, status=422)


def test_an_answer_is_bound_to_the_browser_that_asked(client, owner, app, cast):
    asked = client.post("/sign-in/passkey/challenges", status=200).response.get_json()
    other = PageClient(app, cast)
    other.post("/sign-in/passkey/challenges", status=200)
    other.post("/sign-in/passkey", {"credential": owner.device.sign(asked)}, status=422)
    PageClient(app, cast).post("/sign-in/passkey", {"credential": owner.device.sign(asked)}, status=422)


def test_the_deactivated_are_not_let_in_and_it_is_written_down(client, owner, database):
    with database.writing() as db:
        db.get_one(User, owner.user_id).deactivated_at = clock.now()
    sign_in(client, owner.device, status=422)
    with database.reading() as db:
        assert "sign_in.refused" in db.scalars(select(AuditEvent.action)).all()


@pytest.mark.parametrize("credential", ["", "nonsense", "{}", "[1]", '{"rawId": 5, "response": {}}', '{"rawId": "x", "response": null}'])
def test_nonsense_opens_nothing(client, credential):
    client.post("/sign-in/passkey/challenges", status=200)
    client.post("/sign-in/passkey", {"credential": credential}, status=422)


def test_very_many_questions_from_one_network_wait(client):
    token = client.csrf_token()
    statuses = [client.http.post("/sign-in/passkey/challenges", data={"csrf_token": token}).status_code for _ in range(32)]
    assert statuses == [200] * 30 + [429] * 2


def test_the_site_is_the_public_url():
    site = Site.of("https://portal.example.com:8443")
    assert (site.rp_id, site.origin) == ("portal.example.com", "https://portal.example.com:8443")
