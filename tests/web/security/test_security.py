"""What a person signs in with, set up and removed by themselves, on both sides."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain import factors, passwords
from portal.model import AuditEvent, BrowserSession, Passkey, Setting, TotpFactor, User
from portal.values import clock
from tests.authenticator import Device, code_of
from tests.factor_holders import holder, wrong
from tests.page_client import PageClient

SIDES = {"console": ("support", "/console/profile"), "portal": ("owner", "/account/access")}
NEW = "moss lantern orbit figpudding"


@pytest.fixture(params=SIDES)
def somebody(request, client, cast):
    """A person on one of the two sides: client, base path, user id."""
    role, base = SIDES[request.param]
    if request.param == "console":
        return client.as_operator(role), base, cast.operators[role].id
    return client.as_person(role), base, cast.own_contacts[role].user_id


def secret_on(page) -> str:
    return "".join(page.find("code").text.split())


def set_up(person, base) -> tuple[str, object]:
    page = person.get(f"{base}/authenticator")
    secret = secret_on(page)
    return secret, person.submit(page, f"{base}/authenticator", {"code": code_of(secret, -1)})


def test_an_app_is_set_up_by_qr_code_or_typing_and_brings_recovery_codes(somebody, database):
    person, base, user_id = somebody
    page = person.get(f"{base}/authenticator")
    assert '<path d="M4 4.5h7' in page.body
    before = person.http.get_cookie(f"portal_{'console' if 'console' in base else 'portal'}").value
    _, answer = set_up(person, base)
    assert answer.location == f"{base}/recovery-codes"
    codes = person.follow(answer).find("pre").text.split()
    assert len(codes) == 10
    assert person.http.get_cookie(f"portal_{'console' if 'console' in base else 'portal'}").value != before
    assert not person.get(f"{base}/recovery-codes").find_all("pre"), "codes are shown once"
    with database.reading() as db:
        held = factors.held(db, user_id)
        assert (held.totp is not None, held.codes_left) == (True, 10)
        assert db.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all() == ["factor.added", "recovery.made"]
    assert "Authenticator app" in person.get(base).text


def test_looking_at_the_page_keeps_nothing(somebody, database):
    person, base, _ = somebody
    secrets = {secret_on(person.get(f"{base}/authenticator")) for _ in range(3)}
    assert len(secrets) == 3
    with database.reading() as db:
        assert not db.scalars(select(TotpFactor)).all()


def test_a_wrong_code_keeps_the_secret_on_the_page_and_nothing_else(somebody, database):
    person, base, _ = somebody
    page = person.get(f"{base}/authenticator")
    secret = secret_on(page)
    refused = person.submit(page, f"{base}/authenticator", {"code": wrong(code_of(secret))}, status=422)
    assert secret_on(refused) == secret
    assert "not the code the app would show" in refused.text
    assert person.submit(refused, f"{base}/authenticator", {"code": code_of(secret)}).location == f"{base}/recovery-codes"


def test_somebody_elses_sealed_secret_is_not_taken(somebody, app, cast, database):
    person, base, _ = somebody
    sealed = factors.new_secret(cast.operators["owner"].id, vault=app.extensions["vault"])
    secret = factors.opened(sealed, cast.operators["owner"].id, vault=app.extensions["vault"])
    page = person.post(f"{base}/authenticator", {"sealed": sealed, "code": code_of(secret)}, status=422)
    assert "Here is a new one" in page.text
    assert secret_on(page) != secret


def test_a_passkey_is_made_named_and_removed(somebody, database):
    person, base, user_id = somebody
    form = next(form for form in person.get(f"{base}/passkeys/new").find_all("form") if form.get("data-passkey"))
    assert [field.get("name") for field in form.iter("input")] == ["csrf_token", "credential", "name"]
    asked = person.post(form.get("data-passkey"), status=200).response.get_json()
    answer = person.post(form.get("action"), {"name": " Blue laptop ", "credential": Device().make(asked)})
    assert answer.location == f"{base}/recovery-codes"
    assert "Blue laptop" in person.get(base).text
    with database.reading() as db:
        passkey = db.scalars(select(Passkey)).one()
        assert (passkey.user_id, passkey.name) == (user_id, "Blue laptop")
    question = person.get(f"{base}/passkeys/{passkey.id}/removal")
    assert "your last second factor" in question.text
    person.submit(question, "/removal")
    assert "Blue laptop” is removed" in person.get(base).text


def test_a_passkey_that_does_not_fit_is_refused_in_words(somebody):
    person, base, _ = somebody
    page = person.post(f"{base}/passkeys", {"name": "x", "credential": "nonsense"}, status=422)
    assert "The passkey was not taken." in page.text


def test_somebody_elses_passkey_is_not_there(somebody, app, cast, database):
    person, base, _ = somebody
    holder(app, database, cast.operators["owner"].id, totp=False, passkey=True)
    with database.reading() as db:
        passkey_id = db.scalars(select(Passkey.id)).one()
    person.get(f"{base}/passkeys/{passkey_id}/removal", status=404)
    person.post(f"{base}/passkeys/{passkey_id}/removal", status=404)
    with database.reading() as db:
        assert db.scalars(select(Passkey.id)).all() == [passkey_id]


def test_the_app_is_removed_after_a_question_that_says_what_goes(somebody, database, app):
    person, base, user_id = somebody
    holder(app, database, user_id)
    with database.writing() as db:
        db.get_one(User, user_id).password_hash = passwords.hash_password("mossfig7")
    question = person.get(f"{base}/authenticator/removal")
    assert "Your password has fewer than 15 characters and goes too" in question.text
    person.submit(question, "/removal")
    assert "too short to stand alone" in person.get(base).text
    with database.reading() as db:
        assert db.get_one(User, user_id).password_hash is None
        assert not factors.owed(db, user_id)


def test_new_recovery_codes_take_the_place_of_the_old(somebody, database, app):
    person, base, user_id = somebody
    made = holder(app, database, user_id)
    answer = person.submit(person.get(f"{base}/recovery-codes"), "/recovery-codes")
    fresh = person.follow(answer).find("pre").text.split()
    assert not set(fresh) & set(made.codes)


def test_recovery_codes_come_only_with_a_factor(somebody):
    person, base, _ = somebody
    person.post(f"{base}/recovery-codes", status=422)


def test_a_password_is_set_and_its_strength_said(somebody, database):
    person, base, user_id = somebody
    elsewhere = PageClient(person.app, person.cast)
    page = person.get(f"{base}/password")
    assert page.find("input", id="password").get("autocomplete") == "new-password"
    person.submit(page, f"{base}/password", {"password": NEW})
    assert "Password set: it takes centuries to guess." in person.get(base).text
    with database.reading() as db:
        assert passwords.verify(db.get_one(User, user_id).password_hash, NEW)
    elsewhere.get(base, status=303)


def test_beside_a_second_factor_a_password_may_be_short(somebody, database, app):
    person, base, user_id = somebody
    person.submit(person.get(f"{base}/password"), f"{base}/password", {"password": "mossfig7"}, status=422)
    holder(app, database, user_id)
    person.submit(person.get(f"{base}/password"), f"{base}/password", {"password": "mossfig7"})


def test_a_password_is_removed(somebody, database):
    person, base, user_id = somebody
    person.submit(person.get(f"{base}/password"), f"{base}/password", {"password": NEW})
    person.submit(person.get(f"{base}/password"), f"{base}/password/removal")
    with database.reading() as db:
        assert db.get_one(User, user_id).password_hash is None


def test_who_forgot_it_is_led_by_a_link_to_a_new_one(client, cast, database):
    """After a sign-in by email the present password is not asked for."""
    with database.writing() as db:
        db.get_one(User, cast.own_contacts["owner"].user_id).password_hash = passwords.hash_password("violet anchor tundra maple")
    page = client.get("/sign-in/password")
    forgot = next(link.get("href") for link in page.find_all("a") if "next=/console/profile/password" in (link.get("href") or ""))
    client.get(forgot)
    person = client.as_person("owner")
    page = person.get("/account/access/password")
    assert not page.find_all("input", name="present")
    person.submit(page, "/account/access/password", {"password": NEW})
    with database.reading() as db:
        assert passwords.verify(db.get_one(User, cast.own_contacts["owner"].user_id).password_hash, NEW)


@pytest.fixture
def required(database):
    with database.writing() as db:
        db.add(Setting(key="second_factor_roles", value=["support"]))


def test_who_must_have_one_is_led_to_set_one_up_before_anything_else(client, required, database):
    operator = client.as_operator("support")
    answer = operator.get("/console/customers?q=acme", status=303)
    assert answer.location == "/console/profile/second-factor?next=/console/customers?q%3Dacme"
    page = operator.follow(answer)
    assert page.h1 == "Set up a second factor"
    for path in ("/console/profile", "/console/profile/password", "/console/settings", "/console/customers/new"):
        assert operator.get(path, status=303).location.startswith("/console/profile/second-factor")
    assert operator.post("/console/profile", {"name": "x"}).location == "/console/profile/second-factor"
    htmx = operator.get("/console/customers", status=403, htmx=True)
    assert htmx.response.headers["HX-Redirect"].startswith("/console/profile/second-factor")
    _, done = set_up(operator, "/console/profile")
    codes = operator.follow(done)
    assert codes.find("a", class_="act").get("href") == "/console/customers?q=acme"
    operator.get("/console/customers?q=acme")


def test_who_must_have_one_can_sign_out(client, required):
    operator = client.as_operator("support")
    page = operator.get("/console/profile/second-factor")
    assert operator.submit(page, "/sign-out").location == "/sign-in"


def test_a_passkey_will_do_for_those_who_must(client, required):
    operator = client.as_operator("support")
    operator.get("/console/profile/passkeys/new")
    asked = operator.post("/console/profile/passkeys/challenges", status=200).response.get_json()
    operator.post("/console/profile/passkeys", {"name": "", "credential": Device().make(asked)})
    operator.get("/console/customers")


def test_who_has_one_and_did_not_show_it_is_asked(client, required, app, cast, database):
    made = holder(app, database, cast.operators["support"].id)
    operator = client.as_operator("support")
    page = operator.follow(operator.get("/console/customers", status=303))
    assert page.h1 == "Show that it is you"
    answer = operator.submit(page, "/console/profile/proof", {"proof_way": "code", "proof_code": made.code()})
    assert answer.location == "/console/customers"
    operator.follow(answer)


def test_the_last_one_of_those_who_must_stays(client, required, app, cast, database):
    made = holder(app, database, cast.operators["support"].id)
    operator = client.as_operator("support")
    page = operator.follow(operator.get("/console/customers", status=303))
    operator.submit(page, "/console/profile/proof", {"proof_way": "code", "proof_code": made.code()})
    question = operator.get("/console/profile/authenticator/removal")
    assert "Your role needs a second factor." in operator.submit(question, "/removal", status=422).text


def test_other_roles_and_the_portal_go_on_as_before(client, required):
    client.as_operator("finance").get("/console/customers")
    client.as_person("owner").get("/account")


def test_the_settings_say_who_has_none(client, database, cast, app):
    holder(app, database, cast.operators["owner"].id)
    owner = client.as_operator("owner")
    page = owner.get("/console/settings/security")
    assert "Operators without one" in page.text
    owner.submit(page, "/console/settings/security", {"roles": ["support", "manager"]})
    with database.reading() as db:
        assert factors.roles_asked(db) == {"support", "manager"}
    owner.post("/console/settings/security", {"roles": "pirate"}, status=422)


def test_old_sessions_of_the_person_are_named_with_their_device(client, database):
    operator = client.as_operator("support")
    with database.writing() as db:
        db.scalars(select(BrowserSession)).one().device = "Firefox on Linux"
    assert "Firefox on Linux" in operator.get("/console/profile").text


def test_a_stale_session_is_asked_before_factors_change(somebody):
    person, base, _ = somebody
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        for path in ("authenticator", "passkeys/new", "recovery-codes", "password", "authenticator/removal"):
            assert person.get(f"{base}/{path}", status=403).h1 == "Show that it is you"
        assert person.post(f"{base}/passkeys/challenges", status=403).h1 == "Show that it is you"
