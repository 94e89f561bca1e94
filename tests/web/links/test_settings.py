"""“Send me my settings link”, a fresh link for one that has run out, and what the link opens."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.domain import outbox
from portal.model import Attempt, Contact, Customer, EmailLink, EmailMessage
from portal.values import clock
from tests import factories

SENT = "/links/settings?sent=1"


def mails(database, letter="settings_link"):
    with database.reading() as session:
        return list(session.scalars(select(EmailMessage).where(EmailMessage.letter == letter).order_by(EmailMessage.id)))


def ask(client, address, **options):
    return client.submit(client.get("/links/settings"), "/links/settings", {"email": address}, **options)


def test_a_known_address_gets_the_link_and_everybody_the_same_answer(client, database):
    for address in ("vera@gruenwald.example", "VERA@gruenwald.example", "nobody@nowhere.example"):
        answer = ask(client, address)
        assert answer.response.headers["Location"] == SENT
        assert client.follow(answer).h1 == "Look in your mail"
    assert [mail.to_address for mail in mails(database)] == ["vera@gruenwald.example"] * 2


def test_what_is_no_address_is_said_so(client):
    page = ask(client, "vera at gruenwald", status=422)
    assert page.find_all("input", name="email")[0].get("aria-invalid") == "true"


def test_three_mails_go_to_an_address_and_a_fourth_is_answered_alike(client, database):
    answers = [ask(client, "vera@gruenwald.example").response.headers["Location"] for _ in range(5)]
    assert answers == [SENT] * 5
    assert len(mails(database)) == 3


def test_a_network_that_asks_for_very_many_waits(client, database):
    for number in range(30):
        ask(client, f"somebody{number}@nowhere.example")
    page = ask(client, "vera@gruenwald.example", status=429)
    assert "Wait" in page.text
    assert mails(database) == []
    with database.writing() as session:
        session.execute(update(Attempt).values(at=clock.now() - timedelta(hours=1)))
    ask(client, "vera@gruenwald.example")
    assert len(mails(database)) == 1


def test_the_mailed_link_opens_the_choices_and_those_of_the_same_address_elsewhere(client, database, cast, settings):
    with database.writing() as session:
        other = factories.contact(session, session.get_one(Customer, cast.neighbour.id), "vera@gruenwald.example", first_name="Vera")
    ask(client, "vera@gruenwald.example")
    with database.writing() as session:
        message = session.scalars(select(EmailMessage).where(EmailMessage.letter == "settings_link")).one()
        path = outbox.mint_links(session, message, settings.secret_key.encode(), "")["preferences"]
    page = client.follow(client.get(path, status=303))
    assert "Grünwald & Jørgensen GmbH" in page.text
    there = client.follow(client.submit(page, "/links/preferences/places", {"contact": str(other.id)}))
    assert "for Nachbar AG" in there.text
    assert "Grünwald & Jørgensen GmbH" in there.text
    client.submit(there, "/links/preferences/places", {"contact": str(cast.own_contacts["owner"].id)}, status=404)


def test_a_link_of_any_other_mail_tells_nothing_of_other_customers(client, database, cast, link):
    with database.writing() as session:
        factories.contact(session, session.get_one(Customer, cast.neighbour.id), "vera@gruenwald.example")
    page = client.follow(client.get(f"/links/preferences/{link('preferences')}", status=303))
    assert "Nachbar" not in page.text


@pytest.mark.parametrize("purpose", ["preferences", "unsubscribe", "message", "statement", "verify_address"])
def test_a_link_that_has_run_out_offers_a_fresh_one_to_the_same_masked_address(client, database, link, purpose):
    token = link(purpose, topic="invoices" if purpose == "unsubscribe" else "")
    with database.writing() as session:
        session.execute(update(EmailLink).values(expires_at=clock.now() - timedelta(seconds=1)))
    path = {"verify_address": "address"}.get(purpose, purpose)
    page = client.get(f"/links/{path}/{token}", status=410)
    assert page.h1 == "This link has ended"
    assert "v•••••a@gruenwald.example" in page.text
    assert "vera@gruenwald.example" not in page.text
    assert mails(database) == []
    done = client.follow(client.submit(page, "/links/renewals"))
    assert done.h1 == "Look in your mail"
    assert [mail.to_address for mail in mails(database)] == ["vera@gruenwald.example"]


def test_a_confirmation_that_has_run_out_is_mailed_anew(client, database, cast, link):
    token = link("verify_address")
    with database.writing() as session:
        session.execute(update(EmailLink).values(expires_at=clock.now() - timedelta(seconds=1)))
        session.execute(update(Contact).where(Contact.id == cast.own_contacts["viewer"].id).values(verified_at=None))
    client.submit(client.get(f"/links/address/{token}", status=410), "/links/renewals", status=303)
    assert len(mails(database, "contact_confirm")) == 1


def test_nothing_is_mailed_for_an_address_that_was_given_up(client, database, cast, link):
    token = link("preferences")
    with database.writing() as session:
        session.execute(update(Contact).where(Contact.id == cast.own_contacts["viewer"].id).values(removed_at=clock.now()))
    page = client.get(f"/links/preferences/{token}", status=410)
    assert "•" not in page.text
    assert [one for one in page.find_all("a") if one.get("href") == "/links/settings"]


@pytest.mark.parametrize("purpose", ["preferences", "sign_in", "nonsense", ""])
def test_a_renewal_without_a_link_at_hand_mails_nothing(client, database, purpose):
    data = {"purpose": purpose, "csrf_token": client.csrf_token()}
    assert client.http.post("/links/renewals", data=data).status_code == 410
    assert mails(database) == []


def test_the_sign_in_page_leads_there(client):
    page = client.get("/sign-in")
    assert [one for one in page.find_all("a") if one.get("href") == "/links/settings"]
