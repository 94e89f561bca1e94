"""Stopping one kind of mail from a link: asked on a page, or at once by the mail program's own button."""

from uuid import uuid4

import pytest

from portal.domain import communications
from portal.model import Customer

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def gets(database, cast, topic, role="viewer", at="own"):
    contact = (cast.own_contacts if at == "own" else cast.neighbour_contacts)[role]
    with database.reading() as session:
        customer = session.get_one(Customer, contact.customer_id)
        return next(one.will for one in communications.recipients(session, customer, topic) if one.contact.id == contact.id)


def test_the_page_asks_and_names_address_customer_and_who_still_gets_it(client, link):
    page = client.follow(client.get(f"/links/unsubscribe/{link('unsubscribe', topic='invoices')}", status=303))
    assert page.h1 == "Stop invoices?"
    assert "v•••••a@gruenwald.example" in page.text
    assert "vera@gruenwald.example" not in page.text
    assert "Grünwald & Jørgensen GmbH" in page.text
    assert "Marta Grünwald and Bernd still get them, so nothing is missed." in page.text
    assert "Opening this page has changed nothing." in page.text


def test_stopping_is_done_says_so_and_can_be_undone(client, link, database, cast, receipts):
    page = client.follow(client.get(f"/links/unsubscribe/{link('unsubscribe', topic='invoices')}", status=303))
    done = client.follow(client.submit(page, "/links/unsubscribe"))
    assert done.h1 == "Invoices are off"
    assert not gets(database, cast, "invoices")
    [receipt] = receipts()
    assert (receipt.how, receipt.wording, receipt.actor_kind, receipt.actor_name) == ("link", "Stop invoices?", "link", "Vera")
    again = client.follow(client.submit(done, "/reversal"))
    assert again.h1 == "Stop invoices?"
    assert gets(database, cast, "invoices")
    assert [one.how for one in receipts()] == ["link", "undo"]


def test_keeping_says_that_nothing_has_changed(client, link, state):
    client.get(f"/links/unsubscribe/{link('unsubscribe', topic='invoices')}", status=303)
    before = state()
    assert client.get("/links/unsubscribe?keep=1").h1 == "Nothing has changed"
    assert state() == before


def test_the_last_reader_is_told_who_gets_it_instead(client, link, database, cast):
    page = client.follow(client.get(f"/links/unsubscribe/{link('unsubscribe', role='owner', topic='wallet')}", status=303))
    assert "If you stop, Bernd gets it instead." in page.text
    client.submit(page, "/links/unsubscribe")
    assert not gets(database, cast, "wallet", "owner")
    assert gets(database, cast, "wallet", "billing_manager")


def test_without_the_words_that_hand_over_the_page_comes_back_and_asks(client, link, database, cast):
    page = client.follow(client.get(f"/links/unsubscribe/{link('unsubscribe', role='owner', topic='wallet')}", status=303))
    back = client.submit(page, "/links/unsubscribe", {"handover": "wallet:nonsense"}, status=422)
    assert "Bernd gets it instead" in back.text
    assert gets(database, cast, "wallet", "owner")


def test_where_nobody_can_take_over_the_page_leads_to_adding_somebody(client, link):
    token = link("unsubscribe", role="owner", topic="wallet", at="neighbour")
    page = client.follow(client.get(f"/links/unsubscribe/{token}", status=303))
    assert "nobody else can take over" in page.text
    assert [one for one in page.find_all("a") if "Add another contact" in "".join(one.itertext())]


@pytest.mark.parametrize("fields", [{}, {"content_type": "multipart/form-data"}])
def test_one_click_needs_no_cookie_no_token_and_no_redirect(app, link, database, cast, receipts, fields):
    stranger = app.test_client(use_cookies=False)
    answer = stranger.post(f"/links/unsubscribe/{link('unsubscribe', topic='invoices')}", data=ONE_CLICK, **fields)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert not gets(database, cast, "invoices")
    [receipt] = receipts()
    assert (receipt.how, receipt.wording) == ("one_click", "List-Unsubscribe=One-Click: the unsubscribe button of a mail program")


def test_one_click_comes_from_anywhere_and_twice_is_as_good_as_once(app, link, state):
    stranger = app.test_client(use_cookies=False)
    path = f"/links/unsubscribe/{link('unsubscribe', topic='invoices')}"
    assert (
        stranger.post(path, data=ONE_CLICK, headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}).status_code == 200
    )
    before = state()
    assert stranger.post(path, data=ONE_CLICK).status_code == 200
    assert state() == before


def test_one_click_of_the_last_reader_is_obeyed_and_hands_over(app, link, database, cast):
    app.test_client(use_cookies=False).post(f"/links/unsubscribe/{link('unsubscribe', role='owner', topic='wallet')}", data=ONE_CLICK)
    assert not gets(database, cast, "wallet", "owner")
    assert gets(database, cast, "wallet", "billing_manager")


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "one-click"}, {"List-Unsubscribe": ""}, {"link": "x", "csrf_token": "y"}])
def test_any_other_body_at_the_link_itself_changes_nothing(app, link, state, body):
    token = link("unsubscribe", topic="invoices")
    before = state()
    assert app.test_client().post(f"/links/unsubscribe/{token}", data=body).status_code == 400
    assert state() == before


@pytest.mark.parametrize("purpose", ["preferences", "sign_in", "verify_address", "statement"])
def test_one_click_with_a_token_for_something_else_is_refused(app, link, state, purpose):
    token = link(purpose, topic="invoices")
    before = state()
    assert app.test_client(use_cookies=False).post(f"/links/unsubscribe/{token}", data=ONE_CLICK).status_code == 404
    assert state() == before


def test_the_form_needs_its_csrf_token(client, link, state):
    page = client.follow(client.get(f"/links/unsubscribe/{link('unsubscribe', topic='invoices')}", status=303))
    before = state()
    client.submit(page, "/links/unsubscribe", {"csrf_token": "wrong"}, status=400)
    assert state() == before


def test_a_form_made_for_another_link_does_not_act_for_this_one(client, link, state):
    first = client.follow(client.get(f"/links/unsubscribe/{link('unsubscribe', topic='invoices')}", status=303))
    client.get(f"/links/unsubscribe/{link('unsubscribe', role='owner', topic='wallet')}", status=303)
    before = state()
    assert client.submit(first, "/links/unsubscribe", status=409).h1 == "Another link was opened since"
    assert state() == before


def test_a_receipt_that_is_not_the_links_is_not_undone(client, link, state):
    page = client.follow(client.get(f"/links/unsubscribe/{link('unsubscribe', topic='invoices')}", status=303))
    before = state()
    client.post(f"/links/unsubscribe/choices/{uuid4()}/reversal", {"link": page.form("/links/unsubscribe")["link"]}, status=409)
    assert state() == before
