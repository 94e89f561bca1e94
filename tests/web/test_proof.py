"""Fresh proof: sensitive acts ask in place who it is, carry the form on, and leave the old cookie dead."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain import approvals, outbox, passwords
from portal.model import BrowserSession, EmailMessage, Setting, User
from portal.values import clock
from tests.factor_holders import holder, wrong
from tests.page_client import PageClient

LIMITS = "/console/settings/limits"
RIGHT = "violet anchor tundra maple"
LIMIT = {"role": "finance", "currency": "EUR", "amount": "1,500.00"}


@pytest.fixture
def later():
    """Time moves on by twenty minutes, so that no proof is fresh."""
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        yield


@pytest.fixture
def owner(app, cast, database):
    return holder(app, database, cast.operators["owner"].id, passkey=True)


@pytest.fixture
def with_password(cast, database):
    with database.writing() as db:
        db.get_one(User, cast.operators["owner"].id).password_hash = passwords.hash_password(RIGHT)


def limits(database) -> dict:
    with database.reading() as db:
        return approvals.limits(db)


def code_in_mail(database, settings) -> str:
    with database.writing() as db:
        message = db.scalars(select(EmailMessage).where(EmailMessage.letter == "proof_code").order_by(EmailMessage.id.desc())).first()
        return outbox.mint_links(db, message, settings.secret_key.encode(), settings.public_url)["code"]


def test_what_is_fresh_is_not_asked(client, database):
    client.as_operator("owner").post(LIMITS, LIMIT)
    assert limits(database) == {("finance", "EUR"): 150_000}


def test_the_form_is_carried_through_the_question_and_goes_on(client, owner, database):
    operator = client.as_operator("owner")
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        page = operator.post(LIMITS, LIMIT, status=403)
        assert page.h1 == "Show that it is you"
        assert limits(database) == {}
        carried = page.form(LIMITS)
        assert {name: carried[name] for name in LIMIT} == LIMIT
        before = operator.http.get_cookie("portal_console").value
        answer = operator.submit(page, LIMITS, {"proof_way": "code", "proof_code": owner.code()})
        assert answer.location == LIMITS
        assert limits(database) == {("finance", "EUR"): 150_000}
        after = operator.http.get_cookie("portal_console").value
        assert before != after
        operator.get("/console/profile")
        thief = PageClient(client.app, client.cast)
        thief.http.set_cookie("portal_console", before)
        assert thief.get("/console/profile", status=303).location.startswith("/sign-in")
    with database.reading() as db:
        session = db.scalars(select(BrowserSession)).one()
        assert session.second_factor == "totp"


def test_a_wrong_code_changes_nothing_and_keeps_the_form(client, owner, database, later):
    operator = client.as_operator("owner")
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        page = operator.post(LIMITS, LIMIT, status=403)
        for _ in range(5):
            page = operator.submit(page, LIMITS, {"proof_way": "code", "proof_code": wrong(owner.code())}, status=422)
            assert "That was not the code." in page.text
            assert page.form(LIMITS)["amount"] == LIMIT["amount"]
        page = operator.submit(page, LIMITS, {"proof_way": "code", "proof_code": owner.code()}, status=429)
        assert "Too many tries." in page.text
    assert limits(database) == {}


def test_what_the_form_then_lacks_is_said_as_ever(client, owner, database):
    operator = client.as_operator("owner")
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        page = operator.post(LIMITS, LIMIT | {"amount": "much"}, status=403)
        page = operator.submit(page, LIMITS, {"proof_way": "code", "proof_code": owner.code()}, status=422)
        assert page.find("input", name="amount").get("aria-invalid") == "true"
        operator.post(LIMITS, LIMIT)
    assert limits(database) == {("finance", "EUR"): 150_000}


def test_a_recovery_code_and_a_passkey_will_do(client, owner, database):
    operator = client.as_operator("owner")
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        page = operator.post(LIMITS, LIMIT, status=403)
        operator.submit(page, LIMITS, {"proof_way": "code", "proof_code": owner.codes[0]})
    with clock.frozen(clock.now() + timedelta(minutes=40)):
        page = operator.post(LIMITS, LIMIT | {"amount": "7"}, status=403)
        assert any(form.get("data-passkey") == "/console/profile/proof/challenges" for form in page.find_all("form"))
        asked = operator.post("/console/profile/proof/challenges", status=200).response.get_json()
        assert asked["userVerification"] == "required"
        operator.submit(page, LIMITS, {"proof_way": "passkey", "credential": owner.device.sign(asked)})
        assert limits(database) == {("finance", "EUR"): 700}
    with clock.frozen(clock.now() + timedelta(minutes=60)):
        page = operator.post(LIMITS, LIMIT, status=403)
        page = operator.submit(page, LIMITS, {"proof_way": "passkey", "credential": "nonsense"}, status=422)
        assert page.form(LIMITS)["amount"] == LIMIT["amount"]
        assert "credential" not in {name for name, value in page.form(LIMITS).items() if value == "nonsense"}


def test_who_has_a_password_only_is_asked_for_it(client, with_password, database, later):
    operator = client.as_operator("owner")
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        page = operator.post(LIMITS, LIMIT, status=403)
        page = operator.submit(page, LIMITS, {"proof_way": "password", "proof_password": "wrong"}, status=422)
        assert "That is not your password." in page.text
        assert "wrong" not in [field.get("value") for field in page.find_all("input")]
        operator.submit(page, LIMITS, {"proof_way": "password", "proof_password": RIGHT})
    assert limits(database) == {("finance", "EUR"): 150_000}


def test_who_has_nothing_is_sent_a_code(client, database, settings):
    operator = client.as_operator("owner")
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        page = operator.post(LIMITS, LIMIT, status=403)
        assert "o•" in page.text
        page = operator.submit(page, LIMITS, {"proof_way": "send"}, status=403)
        code = code_in_mail(database, settings)
        page = operator.submit(page, LIMITS, {"proof_way": "mail", "proof_code": wrong(code)}, status=422)
        operator.submit(page, LIMITS, {"proof_way": "mail", "proof_code": code})
        assert limits(database) == {("finance", "EUR"): 150_000}


def test_a_code_by_mail_is_good_once_and_in_its_own_session(client, database, settings):
    operator, other = client.as_operator("owner"), client.as_operator("owner")
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        page = operator.submit(operator.post(LIMITS, LIMIT, status=403), LIMITS, {"proof_way": "send"}, status=403)
        code = code_in_mail(database, settings)
        other.post(LIMITS, LIMIT | {"proof_way": "mail", "proof_code": code}, status=422)
        operator.submit(page, LIMITS, {"proof_way": "mail", "proof_code": code})
    with clock.frozen(clock.now() + timedelta(minutes=26)):
        operator.get("/console/profile")


def test_mails_with_codes_are_few(client, database):
    operator = client.as_operator("owner")
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        page = operator.post(LIMITS, LIMIT, status=403)
        for _ in range(3):
            operator.submit(page, LIMITS, {"proof_way": "send"}, status=403)
        assert "Too many tries." in operator.submit(page, LIMITS, {"proof_way": "send"}, status=429).text


@pytest.mark.parametrize("way", ["password", "send", "mail", "", "nonsense", "none"])
def test_a_weaker_way_is_not_taken_from_who_has_a_second_factor(client, owner, with_password, database, way):
    operator = client.as_operator("owner")
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        operator.post(LIMITS, LIMIT | {"proof_way": way, "proof_password": RIGHT, "proof_code": ""}, status=422)
    assert limits(database) == {}


def test_a_page_is_opened_after_the_question(client, owner):
    operator = client.as_operator("owner")
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        page = operator.get("/console/profile/password", status=403)
        answer = operator.submit(page, "/console/profile/proof", {"proof_way": "code", "proof_code": owner.code()})
        assert answer.location == "/console/profile/password"
        operator.follow(answer)


def test_after_the_question_nobody_is_led_to_another_site(client, owner):
    operator = client.as_operator("owner")
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        page = operator.get("/console/profile/password", status=403)
        fields = {"proof_way": "code", "proof_code": owner.code(), "next": "//evil.example"}
        assert operator.submit(page, "/console/profile/proof", fields).location == "/console"


def test_a_secret_is_never_carried(client, owner):
    operator = client.as_operator("owner")
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        page = operator.post("/console/profile/password", {"password": RIGHT, "present": "x"}, status=403)
        assert RIGHT not in page.body
        assert "is not sent on" in page.text
        assert operator.submit(page, "/proof", {"proof_way": "code", "proof_code": owner.code()}).location == "/console"


def test_htmx_gets_the_question_in_the_place_of_the_page(client, owner):
    operator = client.as_operator("owner")
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        page = operator.post(LIMITS, LIMIT, status=403, htmx=True)
        assert page.response.headers["HX-Retarget"] == "#main"
        assert page.response.headers["HX-Reswap"] == "innerHTML"
        assert len(page.find_all("h1")) == 1
        assert "<html" not in page.body


def test_the_form_of_the_question_wants_our_token(client, owner, database):
    operator = client.as_operator("owner")
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        answer = operator.http.post(LIMITS, data=LIMIT | {"proof_way": "code", "proof_code": owner.code()})
        assert answer.status_code == 400
    assert limits(database) == {}


def test_the_portal_asks_too(client, app, cast, database):
    marta = holder(app, database, cast.own_contacts["owner"].user_id)
    person = client.as_person("owner")
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        page = person.get("/account/access/authenticator/removal", status=403)
        before = person.http.get_cookie("portal_portal").value
        answer = person.submit(page, "/account/access/proof", {"proof_way": "code", "proof_code": marta.code()})
        assert person.follow(answer).h1 == "Remove the authenticator app?"
        assert person.http.get_cookie("portal_portal").value != before


def test_who_may_not_is_not_asked(client, later):
    viewer = client.as_operator("viewer")
    with clock.frozen(clock.now() + timedelta(minutes=40)):
        assert "Show that it is you" not in viewer.post(LIMITS, LIMIT, status=403).text


def test_the_policy_is_an_owners_and_wants_fresh_proof(client, owner, database):
    client.as_operator("manager").post("/console/settings/security", {"roles": "owner"}, status=403)
    operator = client.as_operator("owner")
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        page = operator.post("/console/settings/security", {"roles": ["owner", "finance"]}, status=403)
        operator.submit(page, "/console/settings/security", {"proof_way": "code", "proof_code": owner.code()})
    with database.reading() as db:
        assert db.scalars(select(Setting)).one().value == ["finance", "owner"]
