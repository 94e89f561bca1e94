"""An operator's invite: looked at freely, taken once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain import actors, users
from portal.model import BrowserSession, EmailLink, User
from portal.values import clock, emails
from tests.page_client import PageClient

JONAS = "jonas.weber@northwind.example"


@pytest.fixture
def token(cast, database):
    with database.writing() as db:
        return users.invite_operator(db, JONAS, "finance", by=actors.system("cli"))[1]


def opened(client, token, status=200):
    return client.follow(client.get(f"/sign-in/invite/{token}", status=303), status=status)


def test_an_invite_signs_in_with_a_name_and_no_password(client, token, database):
    page = opened(client, token)
    assert JONAS in page.text
    assert "Finance" in page.text
    assert client.submit(page, "/sign-in/invite", {"name": "Jonas Weber"}).location == "/console"
    with database.reading() as db:
        user = db.scalars(select(User).where(User.email_key == JONAS)).one()
        assert (user.name, user.password_hash) == ("Jonas Weber", None)
        assert db.scalars(select(BrowserSession)).one().method == "invite"


def test_an_invite_sets_a_password_that_opens_the_console(client, token, app, cast):
    client.submit(opened(client, token), "/sign-in/invite", {"name": "Jonas Weber", "password": "violet anchor tundra maple"})
    other = PageClient(app, cast)
    answer = other.post("/sign-in/password", {"email": JONAS, "password": "violet anchor tundra maple"})
    assert answer.location == "/console"


def test_a_weak_password_is_refused_in_words_and_the_name_is_kept(client, token):
    page = client.submit(opened(client, token), "/sign-in/invite", {"name": "Jonas Weber", "password": "short"}, status=422)
    assert "10 more characters" in page.text
    assert page.find("input", name="name").get("value") == "Jonas Weber"
    page = client.submit(page, "/sign-in/invite", {"password": "jonas.weber.jonas"}, status=422)
    assert "made of your name or address" in page.text


def test_opening_the_invite_again_and_again_changes_nothing(client, token, database):
    for _ in range(4):
        opened(client, token)
    with database.reading() as db:
        assert db.scalars(select(EmailLink)).one().used_at is None


def test_an_invite_works_once(client, token, app, cast, mails):
    client.submit(opened(client, token), "/sign-in/invite", {"name": "Jonas"})
    other = PageClient(app, cast)
    page = opened(other, token, 410)
    assert page.h1 == "This invite has been used"
    assert emails.mask_email(JONAS) in page.text
    assert other.submit(page, "/sign-in/invite/renewals").location == "/sign-in/sent"
    assert mails() == 1


def test_an_invite_lasts_72_hours(client, token):
    with clock.frozen(clock.now() + timedelta(hours=72, seconds=1)):
        assert opened(client, token, 410).h1 == "This invite has run out"


def test_a_newer_invite_replaces_the_older(client, token, database):
    with database.writing() as db:
        users.invite_operator(db, JONAS, "finance", by=actors.system("cli"))
    assert opened(client, token, 410).h1 == "A newer invite was made"


def test_an_invite_to_a_place_that_was_taken_away_leads_nowhere(client, token, database):
    with database.writing() as db:
        users.deactivate(db, users.by_email(db, JONAS), by=actors.system("cli"))
    assert opened(client, token, 410).h1 == "This link leads nowhere"
