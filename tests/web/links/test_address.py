"""Confirming a contact's address from a mail."""

from sqlalchemy import select

from portal.model import AuditEvent, Contact


def verified(database, cast, role="viewer"):
    with database.reading() as session:
        return session.get_one(Contact, cast.own_contacts[role].id).verified_at


def unverify(database, cast):
    with database.writing() as session:
        session.get_one(Contact, cast.own_contacts["viewer"].id).verified_at = None


def test_opening_the_link_only_asks(client, link, database, cast):
    unverify(database, cast)
    path = f"/links/address/{link('verify_address')}"
    client.http.head(path)
    page = client.follow(client.get(path, status=303))
    assert page.h1 == "Confirm your address"
    assert "v•••••a@gruenwald.example" in page.text
    assert "Grünwald & Jørgensen GmbH" in page.text
    assert verified(database, cast) is None


def test_confirming_notes_it_once_and_says_so(client, link, database, cast):
    unverify(database, cast)
    page = client.follow(client.get(f"/links/address/{link('verify_address')}", status=303))
    done = client.follow(client.submit(page, "/links/address"))
    assert done.h1 == "Your address is confirmed"
    assert verified(database, cast) is not None
    client.submit(page, "/links/address")
    with database.reading() as session:
        [event] = session.scalars(select(AuditEvent).where(AuditEvent.action == "contact.verified")).all()
    assert (event.actor_kind, event.customer_id) == ("link", cast.own.id)


def test_a_link_of_another_kind_or_none_leads_nowhere(client, link):
    client.get(f"/links/address/{link('preferences')}", status=404)
    client.get("/links/address", status=410)
    client.post("/links/address", status=410)


def test_a_form_for_another_link_confirms_nothing(client, link, database, cast):
    unverify(database, cast)
    page = client.follow(client.get(f"/links/address/{link('verify_address')}", status=303))
    client.submit(page, "/links/address", {"link": str(cast.own.id)}, status=409)
    assert verified(database, cast) is None
