"""Names of hosts that somebody made up, places to go on to that are elsewhere, and cookies: over all routes."""

import re
from dataclasses import replace
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from portal.app import create_app
from portal.domain import outbox, sign_in
from portal.model import EmailMessage, User
from tests.house.test_nothing_changes import browsers, requests, rows  # noqa: F401
from tests.house.test_redirects import ELSEWHERE
from tests.page_client import PageClient

pytestmark = pytest.mark.one_database

EVIL = "evil.example"
FORGED = {"X-Forwarded-Host": EVIL, "X-Forwarded-Server": EVIL, "Forwarded": f"host={EVIL}", "X-Original-URL": f"//{EVIL}/", "X-Host": EVIL}
TAKEN_ON = re.compile(r'(?:href|action|formaction|src|hx-get|hx-post|hx-push-url)="([^"]*)"|http-equiv="refresh"[^>]*content="([^"]*)"')
HOSTILE = [f"//{EVIL}/console", f"https://{EVIL}/account", f"/\\{EVIL}", f"javascript:alert('{EVIL}')"]
PEOPLE = ("nobody", "operator", "person")
OURS = 'name="htmx-config"'
"""What every page of ours has, and a mail that is shown within one has not."""
MARTA = "marta@gruenwald.example"


@pytest.mark.parametrize("who", PEOPLE)
def test_a_host_that_somebody_made_up_is_on_no_page(app, rows, browsers, who):  # noqa: F811
    http = browsers[who]
    for endpoint, path in requests(app, rows, "GET"):
        refused = http.get(path, headers={"Host": EVIL})
        assert refused.status_code == 400, f"{endpoint} answers {refused.status_code} to the host {EVIL}"
        assert EVIL not in refused.get_data(as_text=True)
        answer = http.get(path, headers=FORGED)
        assert EVIL not in answer.headers.get("Location", ""), endpoint
        assert EVIL.encode() not in answer.get_data(), f"{endpoint} repeats a host that somebody made up"


@pytest.mark.parametrize("who", PEOPLE)
def test_no_page_leads_on_to_another_host(app, rows, browsers, who):  # noqa: F811
    http = browsers[who]
    for number, (endpoint, path) in enumerate(requests(app, rows, "GET")):
        next_one = HOSTILE[number % len(HOSTILE)]
        answer = http.get(
            path, query_string={"next": next_one, "from": next_one, "back": next_one}, headers={"Referer": f"https://{EVIL}/"}
        )
        assert urlsplit(answer.headers.get("Location", "")).netloc in {"", "localhost"}, f"{endpoint} leads to {answer.headers['Location']}"
        if answer.mimetype == "text/html":
            for found in TAKEN_ON.findall(answer.get_data(as_text=True)):
                place = "".join(found)
                assert urlsplit(place).netloc != EVIL, f"{endpoint} leads on to {place}"
                assert not place.startswith(("javascript:", "//", "/\\")), f"{endpoint} leads on to {place}"


def test_no_way_in_leads_on_to_another_host(app, cast, client, database, settings):
    for target in (text for text in ELSEWHERE if text and "\x00" not in text):
        with database.writing() as session:
            browser = PageClient(app, cast)
            token = sign_in.mint_link(session, purpose="sign_in", contact_id=cast.own_contacts["owner"].id, target=target[:500])
        answer = browser.submit(browser.follow(browser.get(f"/sign-in/link/{token}", status=303)), "/sign-in/link")
        assert answer.location == "/account", f"a link with the target {target!r} leads to {answer.location}"


def test_the_link_in_a_mail_names_the_public_address(client, database, settings):
    token = client.csrf_token()
    assert client.http.post("/sign-in", data={"email": MARTA, "csrf_token": token}, headers=FORGED).status_code == 303
    with database.writing() as session:
        message = session.scalars(select(EmailMessage).where(EmailMessage.to_address == MARTA)).one()
        assert EVIL not in repr(vars(message))
        links = outbox.mint_links(session, message, settings.secret_key.encode(), settings.public_url)
    assert links["sign_in"].startswith("http://localhost/sign-in/link/")


def test_every_page_of_the_signed_in_can_be_left(app, rows, browsers):  # noqa: F811
    for who, side in (("operator", "console."), ("person", "account.")):
        for endpoint, path in requests(app, rows, "GET"):
            answer = browsers[who].get(path)
            body = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
            if endpoint.startswith(side) and answer.status_code == 200 and OURS in body:
                assert 'action="/sign-out' in body, f"{endpoint} has no way to sign out"


def test_every_cookie_of_every_way_in_is_bound_to_this_host(settings, database, cast):
    app = create_app(replace(settings, public_url="https://localhost"), database)
    owner = cast.own_contacts["owner"]
    with database.writing() as session:
        token = sign_in.mint_link(session, purpose="sign_in", contact_id=owner.id, target="/account")
        preferences = sign_in.mint_link(session, purpose="preferences", contact_id=owner.id)
        waiting = sign_in.hold(session, session.get_one(User, owner.user_id), method="link").token
    http = app.test_client()
    http.set_cookie("__Host-portal_second", waiting, domain="localhost")
    base = {"base_url": "https://localhost", "headers": {"Sec-Fetch-Site": "same-origin"}}
    form = http.get("/sign-in", **base)
    csrf_token = form.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    answers = [form, http.get(f"/sign-in/link/{token}", **base), http.get(f"/links/preferences/{preferences}", **base)]
    answers.append(http.post("/sign-in/passkey/challenges", data={"csrf_token": csrf_token}, **base))
    answers.append(http.post("/sign-in/link", data={"csrf_token": csrf_token}, **base))
    lines = [line for answer in answers for line in answer.headers.getlist("Set-Cookie")]
    names = {line.partition("=")[0] for line in lines}
    assert names >= {"__Host-portal_form", "__Host-portal_link", "__Host-portal_portal", "__Secure-portal_preferences"}
    for line in lines:
        name, morsel = next(iter(SimpleCookie(line).items()))
        assert (morsel["secure"], morsel["httponly"], morsel["samesite"], morsel["domain"]) == (True, True, "Lax", ""), line
        assert len(line) < 4096, name
        held_to_links = name.startswith("__Secure-") and morsel["path"] == "/links"
        assert held_to_links or (name.startswith("__Host-") and morsel["path"] == "/"), (
            f"{name}: only a link's own pages get a cookie of theirs"
        )
