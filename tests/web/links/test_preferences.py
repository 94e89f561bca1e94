"""What we send you, from a link without signing in."""

import pytest

from portal.model import EmailLink
from portal.values import clock, tokens


def arrive(client, token):
    return client.follow(client.get(f"/links/preferences/{token}", status=303))


def test_the_page_shows_every_topic_with_its_hint_and_prints_what_is_always_sent(client, link):
    page = arrive(client, link("preferences"))
    assert page.h1 == "What we send you"
    assert "Each one, on the day it is issued" in page.text
    ticked = [box.get("value").partition(":")[2] for box in page.find_all("input", name="topics") if "checked" in box.attrib]
    assert ticked == ["invoices"]
    assert "disabled" in page.find("input", name="always").attrib


def test_saving_writes_a_receipt_with_the_words_shown(client, link, cast, receipts):
    page = arrive(client, link("preferences"))
    vera = cast.own_contacts["viewer"].id
    done = client.follow(client.submit(page, "/links/preferences", {"topics": [f"{vera}:invoices", f"{vera}:statements"]}))
    assert "1 choice saved." in done.text
    [receipt] = receipts()
    assert (receipt.topic, receipt.wanted, receipt.how, receipt.wording) == ("statements", True, "link", "Statements: Once a month")
    again = client.follow(client.submit(done, "/reversal"))
    assert "Undone." in again.text
    assert [one.wanted for one in receipts()] == [True, False]


def test_what_was_saved_is_undone_from_where_it_is_said(client, link, cast, receipts):
    page = arrive(client, link("preferences"))
    vera = cast.own_contacts["viewer"].id
    done = client.follow(client.submit(page, "/links/preferences", {"topics": [f"{vera}:statements"]}))
    assert "Undone." in client.follow(client.submit(done, "/links/preferences/reversal")).text
    assert [(one.topic, one.wanted) for one in receipts()][2:] == [("invoices", True), ("statements", False)]


def test_a_link_chooses_for_its_own_contact_only(client, link, cast, state):
    page = arrive(client, link("preferences"))
    marta = cast.own_contacts["owner"].id
    before = state()
    client.submit(page, "/links/preferences", {"shown": f"{marta}:invoices", "topics": f"{marta}:news"})
    assert state() == before


def test_the_last_reader_hands_over_with_one_button(client, link, cast, receipts):
    page = arrive(client, link("preferences", role="owner"))
    marta, bernd = (cast.own_contacts[role].id for role in ("owner", "billing_manager"))
    kept = [f"{marta}:{topic}" for topic in ("invoices", "receipts", "reminders", "contracts")]
    asked = client.submit(page, "/links/preferences", {"topics": kept}, status=422)
    assert "Marta Grünwald is the last who gets wallet activity. Bernd would get it instead." in asked.text
    assert receipts() == []
    client.submit(asked, "/links/preferences")
    assert {(one.contact_id, one.topic, one.wanted) for one in receipts()} == {(marta, "wallet", False), (bernd, "wallet", True)}


def test_the_token_stands_in_the_first_address_only_and_nothing_leaks(client, link):
    token = link("preferences")
    first = client.get(f"/links/preferences/{token}", status=303)
    assert token not in first.location
    cookie = first.response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "Path=/links" in cookie
    page = client.follow(first)
    assert token not in page.body
    for answer in (first, page):
        assert answer.response.headers["Referrer-Policy"] == "no-referrer"
        assert answer.response.headers["Cache-Control"] == "no-store"


def test_the_link_signs_nobody_in(client, link, state):
    before = state()
    arrive(client, link("preferences", role="owner"))
    assert "/sign-in" in client.get("/account/preferences", status=303).location
    assert state()[0] == before[0]


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(("purpose", "topic"), [("preferences", ""), ("unsubscribe", "invoices")])
def test_a_scanner_changes_nothing_however_often_it_looks(app, link, state, method, purpose, topic):
    token = link(purpose, topic=topic)
    before = state()
    for cookies in (True, False):
        scanner = app.test_client(use_cookies=cookies)
        for _ in range(2):
            assert getattr(scanner, method)(f"/links/{purpose}/{token}", follow_redirects=True).status_code == (200 if cookies else 410)
    assert state() == before


@pytest.mark.parametrize("made_for", ["sign_in", "invite", "preferences", "unsubscribe", "verify_address", "statement"])
@pytest.mark.parametrize("door", ["/links/preferences/", "/links/unsubscribe/", "/sign-in/link/", "/sign-in/invite/"])
def test_a_token_is_refused_at_every_door_but_its_own(client, link, state, made_for, door):
    own_door = {"sign_in": "/sign-in/link/", "invite": "/sign-in/invite/"}.get(made_for, f"/links/{made_for}/")
    token = link(made_for, role="owner", topic="invoices")
    before = state()
    answer = client.http.get(door + token, follow_redirects=True)
    if door == own_door:
        assert answer.status_code in {200, 410}
    else:
        assert answer.status_code in {404, 410}
    assert state() == before


def test_the_cookie_of_one_purpose_opens_no_page_of_another(client, link):
    token = link("preferences")
    client.http.set_cookie("portal_unsubscribe", token, path="/links")
    assert client.get("/links/unsubscribe", status=404).h1 == "This link leads nowhere"


def test_a_link_taken_back_says_so_with_a_way_on(client, link, database):
    token = link("preferences")
    with database.writing() as session:
        session.query(EmailLink).filter_by(digest=tokens.digest(token)).update({"revoked_at": clock.now()})
    page = client.get(f"/links/preferences/{token}", status=410)
    assert page.h1 == "This link has ended"
    assert [one for one in page.find_all("a") if "/sign-in" in (one.get("href") or "")]


def test_nonsense_and_a_page_without_its_link_are_honest(client):
    assert client.get("/links/preferences/nonsense", status=404).h1 == "This link leads nowhere"
    assert client.get("/links/preferences", status=410).h1 == "The link is not at hand"
    client.get("/links/other/nonsense", status=404)


def test_the_wrong_method_is_refused(client, link):
    client.post(f"/links/preferences/{link('preferences')}", status=405)


def test_a_form_needs_its_csrf_token(client, link, state):
    page = arrive(client, link("preferences"))
    before = state()
    client.submit(page, "/links/preferences", {"csrf_token": "wrong", "topics": []}, status=400)
    assert state() == before
