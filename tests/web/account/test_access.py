"""Who can see what at a customer, one's own sessions."""

import pytest
from sqlalchemy import select

from portal.model import BrowserSession


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
    person.get("/account/access/sessions/ending", status=405)
