"""The step after the first factor: nothing opens before it, and it opens once."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import delete, func, select

from portal.domain import factors, passwords
from portal.model import AuditEvent, BrowserSession, PendingSignIn, TotpFactor, User
from portal.values import clock
from tests.factor_holders import holder, wrong
from tests.page_client import PageClient

OWNER = "owner@northwind.example"
MARTA = "marta@gruenwald.example"
RIGHT = "violet anchor tundra maple"
AT_ONCE = 16


@pytest.fixture
def owner(app, cast, database):
    """An operator with a password, an app and recovery codes."""
    with database.writing() as db:
        db.get_one(User, cast.operators["owner"].id).password_hash = passwords.hash_password(RIGHT)
    return holder(app, database, cast.operators["owner"].id)


@pytest.fixture
def marta(app, cast, database):
    """A customer's owner with an app and a passkey."""
    return holder(app, database, cast.own_contacts["owner"].user_id, passkey=True)


def first_factor(client, **more):
    """Show the password, and stand before the second step."""
    answer = client.submit(client.get("/sign-in/password"), "/sign-in/password", {"email": OWNER, "password": RIGHT, **more})
    assert answer.location == "/sign-in/second"
    return client.follow(answer)


def sessions_of(database) -> list[BrowserSession]:
    with database.reading() as db:
        return list(db.scalars(select(BrowserSession)))


def test_a_password_alone_opens_nothing_where_there_is_an_app(client, owner, database):
    page = first_factor(client)
    assert page.h1 == "One more step"
    assert OWNER in page.text
    client.get("/console", status=303)
    assert sessions_of(database) == []


def test_the_code_of_the_app_opens_and_leads_on(client, owner, database):
    page = first_factor(client, next="/console/profile")
    answer = client.submit(page, "/sign-in/second", {"code": owner.code()})
    assert answer.location == "/console/profile"
    client.get("/console/profile")
    session = sessions_of(database)[0]
    assert (session.method, session.second_factor, session.side) == ("password", "totp", "console")
    with database.reading() as db:
        event = db.scalars(select(AuditEvent).where(AuditEvent.action == "user.signed_in")).one()
        assert event.facts == {"method": "password", "side": "console", "second_factor": "totp"}


def test_what_was_held_before_the_second_step_opens_nothing_after_it(client, owner, database):
    page = first_factor(client)
    before = {name: client.http.get_cookie(name).value for name in ("portal_second", "portal_form")}
    client.submit(page, "/sign-in/second", {"code": owner.code()})
    assert client.http.get_cookie("portal_second") is None
    thief = PageClient(client.app, client.cast)
    for name, value in before.items():
        thief.http.set_cookie(name, value)
    assert thief.get("/sign-in/second", status=303).location == "/sign-in"
    thief.get("/console", status=303)


@pytest.mark.parametrize("code", ["", "000", "abcdef"])
def test_what_is_no_code_is_said_at_the_field(client, owner, code):
    page = client.submit(first_factor(client), "/sign-in/second", {"code": code}, status=422)
    assert page.find("input", id="code").get("aria-invalid") == "true"
    client.get("/console", status=303)


def test_a_code_is_not_taken_twice(client, owner, app, cast):
    now = clock.now()
    with clock.frozen(now):
        client.submit(first_factor(client), "/sign-in/second", {"code": owner.code()})
        again = PageClient(app, cast)
        page = again.submit(first_factor(again), "/sign-in/second", {"code": owner.code()}, status=422)
        assert "each works once" in page.text


@pytest.mark.parametrize(("seconds", "status"), [(-45, 422), (-30, 303), (30, 303), (70, 422)])
def test_a_phones_clock_may_be_off_by_half_a_minute(client, owner, seconds, status):
    at = clock.now().replace(second=0, microsecond=0)
    with clock.frozen(at):
        page = first_factor(client)
        with clock.frozen(at + timedelta(seconds=seconds)):
            code = owner.code()
        client.submit(page, "/sign-in/second", {"code": code}, status=status)


def test_wrong_codes_are_slowed_down_and_a_recovery_code_works_meanwhile(client, owner, database):
    with clock.frozen(clock.now()):
        page = first_factor(client)
        for _ in range(5):
            client.submit(page, "/sign-in/second", {"code": wrong(owner.code())}, status=422)
        slow = client.submit(page, "/sign-in/second", {"code": owner.code()}, status=429)
        assert "The next one can be made in 15 seconds." in slow.text
        assert int(slow.response.headers["Retry-After"]) == 15
        recovery = client.get("/sign-in/second?with=recovery")
        assert client.submit(recovery, "/sign-in/second", {"code": owner.codes[0]}).location == "/console"
    assert sessions_of(database)[0].second_factor == "recovery"


def test_after_ten_tries_the_first_factor_is_shown_anew(client, owner):
    now = clock.now()
    with clock.frozen(now):
        page = first_factor(client)
    for minutes in range(10):
        with clock.frozen(now + timedelta(seconds=50 * minutes)):
            client.http.post("/sign-in/second", data=page.form("/sign-in/second") | {"with": "recovery", "code": "aaaa"})
            client.http.post("/sign-in/second", data=page.form("/sign-in/second") | {"code": "123456"})
    with clock.frozen(now + timedelta(minutes=9)):
        assert client.get("/sign-in/second", status=303).location == "/sign-in"


def test_the_step_is_over_after_ten_minutes(client, owner):
    page = first_factor(client)
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        assert client.submit(page, "/sign-in/second", {"code": owner.code()}).location == "/sign-in"
        assert client.get("/sign-in/second", status=303).location == "/sign-in"
    assert "The ten minutes for the second step are over" in client.get("/sign-in").text


def test_nobody_stands_there_without_a_first_factor(client):
    assert client.get("/sign-in/second", status=303).location == "/sign-in"
    assert client.post("/sign-in/second", {"code": "123456"}).location == "/sign-in"
    assert client.post("/sign-in/second/passkey", {"credential": "x"}).location == "/sign-in"
    assert client.post("/sign-in/second/challenges", status=410).body == ""
    client.http.set_cookie("portal_second", "nonsense")
    assert client.get("/sign-in/second", status=303).location == "/sign-in"


def test_a_recovery_code_works_once_and_is_counted(client, owner, app, cast):
    page = first_factor(client)
    assert "10 left" in page.text
    client.submit(client.get("/sign-in/second?with=recovery"), "/sign-in/second", {"code": owner.codes[3].upper()})
    again = PageClient(app, cast)
    first_factor(again)
    recovery = again.get("/sign-in/second?with=recovery")
    assert "used before" in again.submit(recovery, "/sign-in/second", {"code": owner.codes[3]}, status=422).text


def test_the_profile_says_when_few_codes_are_left(client, owner, database, app, cast):
    with database.writing() as db:
        user = db.get_one(User, owner.user_id)
        for code in owner.codes[:7]:
            assert factors.use_recovery_code(db, user, code, vault=app.extensions["vault"], by=cast.operator())
    assert "3 recovery codes are left." in client.as_operator("owner").get("/console/profile").text


def test_a_link_asks_for_the_second_step_too_and_keeps_the_place(client, marta, mail_to, database):
    client.submit(client.get("/sign-in?next=/account/contacts"), "/sign-in", {"email": MARTA})
    mail = mail_to(MARTA)
    page = client.follow(client.get(mail.path, status=303))
    answer = client.submit(page, "/sign-in/link")
    assert answer.location == "/sign-in/second"
    assert client.submit(client.follow(answer), "/sign-in/second", {"code": marta.code()}).location == "/account/contacts"
    assert (sessions_of(database)[0].method, sessions_of(database)[0].second_factor) == ("link", "totp")


def test_a_passkey_is_a_second_step(client, marta, mail_to, database):
    client.submit(client.get("/sign-in"), "/sign-in", {"email": MARTA})
    client.submit(client.get("/sign-in/sent"), "/sign-in/sent", {"code": mail_to(MARTA).code})
    marta.device.verifies = False
    asked = client.post("/sign-in/second/challenges", status=200).response.get_json()
    credential = marta.device.sign(asked)
    assert client.post("/sign-in/second/passkey", {"credential": credential}).location == "/account"
    assert (sessions_of(database)[0].method, sessions_of(database)[0].second_factor) == ("code", "passkey")


def test_a_passkey_that_does_not_fit_says_so(client, marta, mail_to):
    client.submit(client.get("/sign-in"), "/sign-in", {"email": MARTA})
    client.submit(client.get("/sign-in/sent"), "/sign-in/sent", {"code": mail_to(MARTA).code})
    for credential in ("", "nonsense"):
        assert "did not fit" in client.post("/sign-in/second/passkey", {"credential": credential}, status=422).text
    client.get("/account", status=303)


def test_a_short_password_opens_nothing_once_the_second_factor_is_gone(client, owner, database):
    with database.writing() as db:
        user = db.get_one(User, owner.user_id)
        user.password_hash = passwords.hash_password("mossfig7")
    first_factor(client, password="mossfig7")
    with database.writing() as db:
        db.execute(delete(TotpFactor))
    page = client.get("/sign-in/password")
    client.submit(page, "/sign-in/password", {"email": OWNER, "password": "mossfig7"}, status=422)


def at_once(app, cast, client, form) -> list[int | str]:
    """Send one form from sixteen browsers that hold the same cookies; give where each is led, or its status."""
    cookies = {name: client.http.get_cookie(name).value for name in ("portal_second", "portal_form")}
    start = Barrier(AT_ONCE)

    def send(_) -> int | str:
        racer = PageClient(app, cast)
        for name, value in cookies.items():
            racer.http.set_cookie(name, value)
        start.wait()
        answer = racer.http.post("/sign-in/second", data=form)
        return answer.headers.get("Location") or answer.status_code

    with clock.frozen(clock.now()), ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(send, range(AT_ONCE)))


def test_one_code_from_sixteen_browsers_starts_one_session(app, cast, client, owner, database):
    form = first_factor(client).form("/sign-in/second") | {"with": "recovery", "code": owner.codes[0]}
    assert at_once(app, cast, client, form).count("/console") == 1
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(BrowserSession)) == 1


def test_sixteen_wrong_codes_at_once_are_five_tries(app, cast, client, owner, database):
    form = first_factor(client).form("/sign-in/second") | {"code": wrong(owner.code())}
    answers = at_once(app, cast, client, form)
    assert (answers.count(422), answers.count(429)) == (5, 11)
    with database.reading() as db:
        assert db.scalar(select(PendingSignIn.tries)) == 5


def test_the_secret_of_the_app_is_in_no_table(client, owner, database):
    with database.reading() as db:
        kept = db.scalars(select(TotpFactor.secret)).one()
    assert owner.secret not in kept
    assert re.fullmatch(r"[A-Za-z0-9_=-]+", kept)
