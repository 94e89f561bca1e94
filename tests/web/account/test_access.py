"""Who can see what at a customer, support's access, one's own sessions."""

import pytest
from sqlalchemy import select

from portal.model import AuditEvent, BrowserSession, Customer


@pytest.mark.parametrize("role", ["owner", "billing_manager", "viewer"])
def test_everybody_at_the_customer_sees_who_has_access(client, role):
    page = client.as_person(role).get("/account/access")
    for name in ("Marta Grünwald", "bernd@gruenwald.example", "vera@gruenwald.example"):
        assert name in page.text
    assert "Change addresses and company details" in page.text
    assert "nora@nachbar.example" not in page.text


def test_strangers_and_operators_do_not(client):
    assert client.get("/account/access", status=303).location == "/sign-in?next=/account/access"
    client.as_operator().get("/account/access", status=303)


def test_support_is_let_in_or_kept_out_by_those_who_may(client, cast, database):
    person = client.as_person("billing_manager")
    page = person.get("/account/access")
    sent = {name: value for name, value in page.form("/access/support").items() if name != "allowed"}
    after = person.follow(person.post("/account/access/support", sent))
    assert "Our support may no longer look at your portal." in after.text
    with database.reading() as db:
        assert db.get_one(Customer, cast.own.id).support_access is False
        assert db.get_one(Customer, cast.neighbour.id).support_access is True
        event = db.scalars(select(AuditEvent)).one()
        assert (event.customer_id, event.changes) == (cast.own.id, {"support_access": [True, False]})
    person.post("/account/access/support", {"allowed": "y"})
    with database.reading() as db:
        assert db.get_one(Customer, cast.own.id).support_access is True


def test_a_viewer_reads_it_and_may_not_change_it(client, cast, database):
    viewer = client.as_person("viewer")
    assert "An owner can change that." in viewer.get("/account/access").text
    viewer.post("/account/access/support", {}, status=403)
    with database.reading() as db:
        assert db.get_one(Customer, cast.own.id).support_access is True


def test_ones_own_sessions_are_ended_here(client):
    person, elsewhere, third = (client.as_person("viewer") for _ in range(3))
    page = person.get("/account/access")
    single = [
        form.get("action")
        for form in page.find_all("form")
        if (form.get("action") or "").endswith("/ending") and form.get("action").count("/") == 5
    ]
    assert len(single) == 2
    person.post(single[0])
    assert sorted(other.http.get("/account/access").status_code for other in (elsewhere, third)) == [200, 303]
    person.post("/account/access/sessions/ending")
    assert [other.http.get("/account/access").status_code for other in (elsewhere, third)] == [303, 303]
    person.get("/account/access")


def test_a_colleagues_and_a_neighbours_session_are_not_there(client, database):
    for at, role in (("own", "owner"), ("neighbour", "owner")):
        other = client.as_person(role, at=at)
        with database.reading() as db:
            session_id = db.scalars(select(BrowserSession.id).order_by(BrowserSession.created_at.desc())).first()
        client.as_person("viewer").post(f"/account/access/sessions/{session_id}/ending", status=404)
        other.get("/account/access")


def test_ids_that_are_none_and_wrong_methods_are_answered_as_such(client):
    person = client.as_person()
    person.post("/account/access/sessions/nonsense/ending", status=404)
    person.get("/account/access/support", status=405)
