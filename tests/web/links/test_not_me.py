"""“This was not me”: looking changes nothing, the button ends every session and takes back what the mail was about."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from portal.domain import factors, outbox, passwords, users
from portal.model import AuditEvent, BrowserSession, EmailMessage, ProviderIdentity, RecoveryCode, User
from portal.values import clock
from tests.factor_holders import holder
from tests.page_client import PageClient

HASH = passwords.hash_password("four words that nobody joins")


@pytest.fixture
def marta(cast):
    return cast.own_contacts["owner"].user_id


@pytest.fixture
def path(database, settings):
    """Make the link in the newest mail of an act, as the worker does, and give its path."""

    def make(act: str) -> str:
        with database.writing() as db:
            messages = db.scalars(select(EmailMessage).order_by(EmailMessage.created_at.desc(), EmailMessage.id.desc()))
            message = next(one for one in messages if one.facts.get("act") == act)
            return urlsplit(outbox.mint_links(db, message, b"secret", settings.public_url)["not_me"]).path

    return make


def set_password(database, cast, marta, hashed=HASH):
    with database.writing() as db:
        users.set_password(db, db.get_one(User, marta), hashed, by=cast.person("owner"))


def live(database, user_id) -> int:
    with database.reading() as db:
        return db.scalar(
            select(func.count()).select_from(BrowserSession).where(BrowserSession.user_id == user_id, BrowserSession.ended_at.is_(None))
        )


def opened(browser, path):
    return browser.follow(browser.get(path, status=303))


def test_looking_changes_nothing_and_shows_no_address(client, database, cast, marta, path):
    client.as_person("owner")
    set_password(database, cast, marta)
    link = path("password_set")
    client.as_person("owner")
    for _ in range(3):
        assert client.http.head(link).status_code == 303
    for _ in range(5):
        page = opened(client, link)
    assert "Opening this page has changed nothing" in page.text
    assert "marta@gruenwald.example" not in page.text
    assert live(database, marta) == 1


def test_saying_so_ends_every_session_voids_the_password_and_sends_a_link_to_put_things_right(app, client, database, cast, marta, path):
    set_password(database, cast, marta)
    thief = client.as_person("owner")
    reader = PageClient(app, cast)
    waiting = reader.follow(reader.submit(opened(reader, path("password_set")), "/links/not-me"))
    assert waiting.h1 == "Look into your mailbox"
    assert "Every session has ended. The password is void." in waiting.text
    assert live(database, marta) == 0
    assert thief.get("/account", status=303).location.startswith("/sign-in")
    with database.reading() as db:
        assert db.get_one(User, marta).password_hash is None
        newest = db.scalars(select(EmailMessage).order_by(EmailMessage.created_at.desc(), EmailMessage.id.desc())).first()
        assert (newest.letter, newest.to_address) == ("sign_in", "marta@gruenwald.example")
        said = db.scalars(select(AuditEvent).where(AuditEvent.action == "user.disowned")).one()
        assert (said.customer_id, said.facts["taken_back"], said.facts["about"]) == (cast.own.id, "password", "password_set")


def test_it_works_once(client, database, cast, marta, path):
    set_password(database, cast, marta)
    link = path("password_set")
    client.submit(opened(client, link), "/links/not-me")
    again = client.get(link, status=410)
    assert "It was used already" in again.text
    assert "A fresh link by email leads to what you sign in with" in again.text


def test_it_runs_out_after_three_days(client, database, cast, marta, path):
    set_password(database, cast, marta)
    link = path("password_set")
    with clock.frozen(clock.now() + timedelta(days=3, seconds=1)):
        assert "It has run out" in client.get(link, status=410).text


def test_a_password_that_was_set_afterwards_stays(client, database, cast, marta, path):
    set_password(database, cast, marta)
    link = path("password_set")
    newer = passwords.hash_password("four other words nobody joins")
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        set_password(database, cast, marta, newer)
    client.submit(opened(client, link), "/links/not-me")
    with database.reading() as db:
        assert db.get_one(User, marta).password_hash == newer


def test_an_app_that_somebody_else_set_up_goes_and_takes_its_codes_along(app, client, database, marta, path):
    holder(app, database, marta)
    client.submit(opened(client, path("totp_added")), "/links/not-me")
    with database.reading() as db:
        assert not factors.held(db, marta)
        assert db.scalar(select(func.count()).select_from(RecoveryCode)) == 0


def test_a_passkey_that_somebody_else_added_goes_alone(app, client, database, marta, path):
    holder(app, database, marta, passkey=True)
    client.submit(opened(client, path("passkey_added")), "/links/not-me")
    with database.reading() as db:
        held = factors.held(db, marta)
        assert held.totp is not None
        assert held.passkeys == ()


def test_a_link_for_another_door_opens_nothing(client, database, cast, marta, path):
    set_password(database, cast, marta)
    token = path("password_set").rpartition("/")[2]
    for door in ("/sign-in/link/", "/links/email-change/", "/links/preferences/", "/links/address/", "/sign-in/invite/"):
        page = client.get(door + token, status=303 if door.startswith("/sign-in") else 404)
        if page.location:
            client.follow(page, status=410)
    assert live(database, marta) == 0
    with database.reading() as db:
        assert db.get_one(User, marta).password_hash == HASH


def test_a_link_to_an_address_that_was_given_up_ends(client, database, cast, marta, path):
    set_password(database, cast, marta)
    link = path("password_set")
    with database.writing() as db:
        user = db.get_one(User, marta)
        user.email = user.email_key = "new@gruenwald.example"
    client.get(link, status=410)
    with database.reading() as db:
        assert db.get_one(User, marta).password_hash == HASH
        assert db.scalar(select(func.count()).select_from(ProviderIdentity)) == 0


def test_two_clicks_at_once_act_once(client, database, cast, marta, path):
    set_password(database, cast, marta)
    link = path("password_set")
    page = opened(client, link)
    client.submit(page, "/links/not-me")
    client.http.set_cookie("portal_not_me", link.rpartition("/")[2], path="/links")
    client.post("/links/not-me", {"link": page.form("/links/not-me")["link"]}, status=410)
    with database.reading() as db:
        assert db.scalar(select(func.count()).where(AuditEvent.action == "user.disowned")) == 1
