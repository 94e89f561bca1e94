"""One's own settings in the console: name, look, password, sessions."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal.domain import passwords
from portal.model import AuditEvent, BrowserSession, User
from portal.values import clock

RIGHT = "violet anchor tundra maple"
NEW = "moss lantern orbit figpudding"


@pytest.fixture
def with_password(cast, database):
    with database.writing() as db:
        db.get_one(User, cast.operators["support"].id).password_hash = passwords.hash_password(RIGHT)


def test_every_operator_sees_their_own_settings(client, cast):
    for role in cast.operators:
        page = client.as_operator(role).get("/console/profile")
        assert page.h1 == "Your settings"
        assert page.find("input", name="name").get("value") == f"{role.capitalize()} Operator"


def test_those_who_are_not_operators_do_not(client):
    assert client.get("/console/profile", status=303).location == "/sign-in?next=/console/profile"
    assert client.as_person().get("/console/profile", status=303).location.startswith("/sign-in")


def test_name_look_and_place_are_saved_and_shown(client, cast, database):
    operator = client.as_operator("support")
    changes = {"name": " Sue ", "theme": "dark", "density": "close", "locale": "de", "time_zone": "Europe/Berlin"}
    page = operator.follow(operator.submit(operator.get("/console/profile"), "/console/profile", changes))
    assert "Saved." in page.text
    assert page.find("html").get("data-theme") == "dark"
    assert page.find("html").get("data-density") == "close"
    sent = page.form("/console/profile")
    assert (sent["name"], sent["theme"], sent["density"], sent["locale"], sent["time_zone"]) == (
        "Sue",
        "dark",
        "close",
        "de",
        "Europe/Berlin",
    )
    with database.reading() as db:
        assert db.scalars(select(AuditEvent)).one().changes["name"] == ["Support Operator", "Sue"]


def test_keys_are_on_until_they_are_switched_off(client):
    operator = client.as_operator("support")
    page = operator.get("/console/profile")
    assert page.form("/console/profile")["keys"] == "y"
    sent = {name: value for name, value in page.form("/console/profile").items() if name != "keys"}
    assert "keys" not in operator.follow(operator.post("/console/profile", sent)).form("/console/profile")


def test_what_cannot_be_is_said_at_the_field_and_the_rest_kept(client):
    operator = client.as_operator("support")
    changes = {"name": "", "time_zone": "Mars/Olympus", "theme": "pink"}
    page = operator.post("/console/profile", changes, status=422)
    assert "Write the name others see" in page.text
    assert "not a time zone we know" in page.text
    assert operator.get("/console/profile").find("input", name="name").get("value") == "Support Operator"


def test_fields_that_are_not_on_the_form_change_nothing(client, cast, database):
    operator = client.as_operator("viewer")
    page = operator.get("/console/profile")
    extra = {
        "role": "owner",
        "email": "evil@example.com",
        "email_key": "x",
        "password_hash": "x",
        "deactivated_at": "2026-01-01",
        "id": "1",
    }
    operator.submit(page, "/console/profile", extra)
    with database.reading() as db:
        user = db.get_one(User, cast.operators["viewer"].id)
        assert (user.email, user.password_hash, user.deactivated_at) == ("viewer@northwind.example", None, None)


@pytest.fixture
def half_an_hour(database):
    """The operator came in by email half an hour ago, and has shown only just now who it is."""

    def pass_by() -> None:
        with database.writing() as db:
            db.execute(update(BrowserSession).values(created_at=clock.now() - timedelta(minutes=30)))

    return pass_by


PASSWORD = "/console/profile/password"


def test_a_first_password_is_set_in_a_fresh_session(client, cast, database):
    operator = client.as_operator("support")
    operator.submit(operator.get(PASSWORD), PASSWORD, {"password": RIGHT})
    with database.reading() as db:
        assert passwords.verify(db.get_one(User, cast.operators["support"].id).password_hash, RIGHT)


def test_a_first_password_is_not_set_in_an_old_session(client, cast, database):
    operator = client.as_operator("support")
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        assert operator.get(PASSWORD, status=403).h1 == "Show that it is you"
        operator.post(PASSWORD, {"password": RIGHT}, status=403)
    with database.reading() as db:
        assert db.get_one(User, cast.operators["support"].id).password_hash is None


def test_a_password_is_changed_with_the_present_one_and_ends_the_other_sessions(client, cast, database, with_password, half_an_hour):
    operator, elsewhere = client.as_operator("support"), client.as_operator("support")
    half_an_hour()
    before = operator.http.get_cookie("portal_console").value
    operator.submit(operator.get(PASSWORD), PASSWORD, {"present": RIGHT, "password": NEW})
    with database.reading() as db:
        assert passwords.verify(db.get_one(User, cast.operators["support"].id).password_hash, NEW)
    assert operator.http.get_cookie("portal_console").value != before
    assert "Password set" in operator.get("/console/profile").text
    elsewhere.get("/console/profile", status=303)


def test_a_wrong_present_password_changes_nothing_and_is_counted(client, cast, database, with_password, half_an_hour):
    operator = client.as_operator("support")
    half_an_hour()
    page = operator.get(PASSWORD)
    for _ in range(5):
        answer = operator.submit(page, PASSWORD, {"present": "wrong", "password": NEW}, status=422)
        assert "That is not your present password." in answer.text
    answer = operator.submit(page, PASSWORD, {"present": RIGHT, "password": NEW}, status=422)
    assert "Too many tries." in answer.text
    with database.reading() as db:
        assert passwords.verify(db.get_one(User, cast.operators["support"].id).password_hash, RIGHT)


def test_a_weak_new_password_is_refused_in_words(client, with_password, half_an_hour):
    operator = client.as_operator("support")
    half_an_hour()
    page = operator.submit(operator.get(PASSWORD), PASSWORD, {"present": RIGHT, "password": "support operator"}, status=422)
    assert "made of your name or address" in page.text
    assert RIGHT not in page.body


def test_sessions_are_listed_and_ended_one_by_one_or_all_others(client, database):
    operator = client.as_operator("support")
    others = [client.as_operator("support") for _ in range(3)]
    page = operator.get("/console/profile")
    assert len(page.find_all("form", action="/console/profile/sessions/ending")) == 1
    single = [form.get("action") for form in page.find_all("form") if (form.get("action") or "").count("/") == 5]
    assert len(single) == 3
    operator.post(single[0])
    assert sum(other.http.get("/console/profile").status_code == 200 for other in others) == 2
    operator.post("/console/profile/sessions/ending")
    assert not any(other.http.get("/console/profile").status_code == 200 for other in others)
    operator.get("/console/profile")


def test_somebody_elses_session_is_not_there(client, database):
    neighbour = client.as_operator("owner")
    with database.reading() as db:
        session_id = db.scalars(select(BrowserSession.id)).one()
    client.as_operator("support").post(f"/console/profile/sessions/{session_id}/ending", status=404)
    neighbour.get("/console/profile")


def test_ids_that_are_none_and_wrong_methods_are_answered_as_such(client, database):
    operator = client.as_operator("support")
    operator.post("/console/profile/sessions/nonsense/ending", status=404)
    operator.get("/console/profile/sessions/ending", status=405)
    with database.reading() as db:
        assert db.scalar(select(func.count()).where(BrowserSession.ended_at.is_not(None))) == 0
