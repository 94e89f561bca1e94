"""The password door: the same for known and unknown, slower with every failure, open again with the right one."""

import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from portal.domain import passwords
from portal.model import Attempt, AuditEvent, BrowserSession, User
from portal.values import clock
from tests.page_client import PageClient

OWNER = "owner@northwind.example"
RIGHT = "violet anchor tundra maple"


@pytest.fixture
def owner(cast, database):
    """An operator with a password."""
    with database.writing() as db:
        user = db.get_one(User, cast.operators["owner"].id)
        user.password_hash = passwords.hash_password(RIGHT)
    return user


def enter(client, password=RIGHT, email=OWNER, *, status=303, **more):
    return client.submit(
        client.get("/sign-in/password"), "/sign-in/password", {"email": email, "password": password, **more}, status=status
    )


def test_the_right_password_opens_the_console(client, owner, database):
    assert enter(client).location == "/console"
    with database.reading() as db:
        session = db.scalars(select(BrowserSession)).one()
        assert (session.side, session.method) == ("console", "password")


def test_the_page_asked_for_is_led_on_to(client, owner):
    page = client.get("/sign-in/password?next=/console/profile")
    answer = client.submit(page, "/sign-in/password", {"email": OWNER, "password": RIGHT})
    assert answer.location == "/console/profile"


def test_a_wrong_password_is_refused_and_kept_on_record(client, owner, database):
    page = enter(client, "not the password", status=422)
    assert "The address and the password do not go together." in page.text
    assert page.find("input", name="email").get("value") == OWNER
    assert not page.find("input", name="password").get("value")
    with database.reading() as db:
        assert db.scalar(select(func.count()).where(AuditEvent.action == "sign_in.refused")) == 1


def test_known_and_unknown_addresses_are_refused_alike(app, cast, owner):
    def body(email):
        page = enter(PageClient(app, cast), "not the password", email, status=422)
        return re.sub(r'(name="csrf_token" value|csrf-token" content)="[^"]+"', "", page.body).replace(email, "ADDRESS")

    assert body(OWNER) == body("nobody@northwind.example") == body("viewer@northwind.example") == body("marta@gruenwald.example")


def test_an_unknown_address_costs_one_verification_too(client, monkeypatch):
    seen = []
    real = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda self, *arguments: seen.append(1) or real(self, *arguments))
    enter(client, "whatever it is", "nobody@northwind.example", status=422)
    enter(client, "whatever it is", OWNER, status=422)
    assert len(seen) == 2


def test_failures_make_the_next_try_wait_ever_longer_and_say_how_long(client, owner):
    now = clock.now()
    for _ in range(5):
        with clock.frozen(now):
            enter(client, "wrong", status=422)
    waits = []
    for _ in range(4):
        with clock.frozen(now):
            answer = enter(client, RIGHT, status=429)
            waits.append(int(answer.response.headers["Retry-After"]))
            assert "a link by email works now" in answer.text
        now += timedelta(seconds=waits[-1])
        with clock.frozen(now):
            enter(client, "wrong", status=422)
    assert waits == [15, 30, 60, 120]


def test_twenty_wrong_passwords_end_in_429_and_the_link_still_works(client, owner, mail_to):
    now = clock.now()
    statuses = []
    for _ in range(20):
        with clock.frozen(now):
            page = client.get("/sign-in/password")
            statuses.append(client.http.post("/sign-in/password", data=page.form() | {"email": OWNER, "password": "wrong"}).status_code)
    assert statuses == [422] * 5 + [429] * 15
    client.submit(client.get("/sign-in"), "/sign-in", {"email": OWNER})
    mail = mail_to(OWNER)
    assert client.submit(client.follow(client.get(mail.path, status=303)), "/sign-in/link").location == "/console"


def test_the_right_password_after_the_wait_forgets_the_failures(client, owner, database):
    for _ in range(3):
        enter(client, "wrong", status=422)
    enter(client)
    with database.reading() as db:
        left = set(db.scalars(select(Attempt.counted_by).where(Attempt.kind == "password")))
    assert len(left) == 1, "only the network's count stays"


def test_what_is_counted_names_no_address(client, owner, database):
    enter(client, "wrong", status=422)
    with database.reading() as db:
        assert not any("@" in counted or "127.0.0.1" in counted for counted in db.scalars(select(Attempt.counted_by)))


def test_a_hash_with_older_parameters_is_made_anew(client, owner, database):
    with database.writing() as db:
        db.get_one(User, owner.id).password_hash = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(RIGHT)
    enter(client)
    with database.reading() as db:
        assert "m=19456,t=2,p=1" in db.get_one(User, owner.id).password_hash


def test_a_deactivated_operator_is_refused_like_a_stranger(client, owner, database):
    with database.writing() as db:
        db.get_one(User, owner.id).deactivated_at = clock.now()
    enter(client, status=422)


def test_a_password_leads_to_the_console_only(client, owner, cast, database):
    with database.writing() as db:
        contact = db.merge(cast.own_contacts["viewer"])
        contact.email = contact.email_key = OWNER
    answer = enter(client, next="/account")
    assert answer.location == "/console"
    page = client.get("/sign-in/choose")
    place = next(field.get("value") for field in page.find_all("input", name="place") if field.get("value") != "console")
    assert client.post("/sign-in/choose", {"place": place}).location.startswith("/sign-in?next=/account")


def test_an_empty_form_says_what_is_missing(client):
    page = enter(client, "", "", status=422)
    assert "Write the address you are known by." in page.text
    assert "Write your password." in page.text
