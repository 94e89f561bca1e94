"""Signing out: the row ends, the cookie goes, the other side stays."""

from sqlalchemy import select

from portal.model import AuditEvent, BrowserSession


def test_signing_out_ends_the_session_for_good(client, cast, database):
    person = client.as_person()
    token = person.http.get_cookie("portal_portal").value
    answer = person.post("/sign-out", {"side": "portal"})
    assert answer.location == "/sign-in"
    assert answer.response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert person.http.get_cookie("portal_portal") is None
    person.http.set_cookie("portal_portal", token)
    assert person.get("/account/access", status=303).location.startswith("/sign-in")
    with database.reading() as db:
        assert db.scalars(select(BrowserSession)).one().end_reason == "signed out"
        event = db.scalars(select(AuditEvent)).one()
        assert (event.action, event.customer_id) == ("user.signed_out", cast.own.id)


def test_the_side_may_stand_in_the_address(client):
    operator = client.as_operator()
    operator.post("/sign-out?side=console")
    assert operator.http.get_cookie("portal_console") is None


def test_leaving_one_side_leaves_the_other_open(client):
    person = client.as_person()
    person.http.set_cookie("portal_console", client.as_operator().http.get_cookie("portal_console").value)
    person.post("/sign-out", {"side": "portal"})
    assert person.get("/", status=303).location == "/console"


def test_signing_out_needs_a_form_of_ours_and_a_side_that_is_there(client):
    person = client.as_person()
    person.post("/sign-out", {"side": "portal", "csrf_token": "forged"}, status=400)
    person.post("/sign-out", {"side": "attic"}, status=400)
    assert person.get("/", status=303).location == "/account"


def test_signing_out_when_signed_out_is_no_error(client):
    assert client.post("/sign-out", {"side": "portal"}).location == "/sign-in"


def test_signing_out_is_not_a_get(client):
    client.get("/sign-out", status=405)
