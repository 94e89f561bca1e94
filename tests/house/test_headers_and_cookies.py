"""What every answer says to the browser, and every cookie it is given."""

from dataclasses import replace
from http.cookies import SimpleCookie

import pytest

from portal.app import create_app
from tests.house.test_permissions import path_of, routes_of
from tests.page_client import PageClient

pytestmark = pytest.mark.one_database


def pages(app, client, cast):
    """Fetch each page once, as somebody who may."""
    people = {"console": client.as_operator("owner"), "account": client.as_person("owner")}
    for endpoint, method, rule in routes_of(app):
        if method == "GET":
            somebody = people.get(endpoint.split(".")[0], client)
            yield rule, somebody.http.get(path_of(app, rule, cast))


def test_every_page_carries_the_headers(app, client, cast):
    for rule, answer in pages(app, client, cast):
        headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff", rule
        assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, rule
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", rule
        assert "X-Request-ID" in headers, rule
        assert "Server" not in headers or "Werkzeug" not in headers["Server"], rule
        if answer.mimetype != "text/html" or str(rule).startswith("/mailbox"):
            continue
        policy = headers["Content-Security-Policy"]
        for wanted in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"):
            assert wanted in policy, f"{rule}: {wanted} is missing from the content security policy"
        for loose in ("unsafe-inline", "unsafe-eval", "*", "http:", "https:"):
            assert loose not in policy, f"{rule}: {loose} in the content security policy lets strange code run"


def test_pages_of_the_signed_in_are_kept_nowhere(app, client, cast):
    for rule, answer in pages(app, client, cast):
        if str(rule).startswith(("/console", "/account", "/sign-in", "/links")) and answer.mimetype == "text/html":
            assert "no-store" in answer.headers["Cache-Control"], f"{rule} may be kept by the browser: leave Cache-Control to headers.py"
            assert "Cookie" in answer.headers.get("Vary", ""), rule


def test_pages_from_mails_send_no_referrer(app, client, cast):
    for rule, answer in pages(app, client, cast):
        if str(rule).startswith(("/sign-in", "/links")):
            assert answer.headers["Referrer-Policy"] == "no-referrer", f"{rule} tells others its address, which may hold a token"


@pytest.fixture
def secure_client(settings, database, cast):
    """A browser before an installation that is reached over TLS."""
    app = create_app(replace(settings, public_url="https://localhost"), database)
    return PageClient(app, cast)


def cookies_of(answer) -> list[str]:
    return answer.headers.getlist("Set-Cookie")


def all_cookies(client) -> list[str]:
    """Gather every cookie of a sign-in, a link, an invite and a sign-out."""
    base = {"base_url": "https://localhost"}
    http = client.http
    token = PageToken(http, base)
    asked = http.post("/sign-in", data={"email": "marta@gruenwald.example", "csrf_token": token()}, headers=ORIGIN, **base)
    link = http.get("/sign-in/link/some-token", **base)
    invite = http.get("/sign-in/invite/some-token", **base)
    person = client.as_person()
    out = person.http.post("/sign-out", data={"side": "portal", "csrf_token": PageToken(person.http, base)()}, headers=ORIGIN, **base)
    return [line for answer in (token.answer, asked, link, invite, out) for line in cookies_of(answer)]


ORIGIN = {"Sec-Fetch-Site": "same-origin"}


class PageToken:
    """The CSRF token of the sign-in page, and the answer it came with."""

    def __init__(self, http, base):
        self.answer = http.get("/sign-in", **base)

    def __call__(self) -> str:
        return self.answer.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]


def test_every_cookie_is_bound_to_this_host_and_out_of_reach_of_scripts(secure_client):
    lines = all_cookies(secure_client)
    names = {line.split("=")[0] for line in lines}
    assert names >= {"__Host-portal_form", "__Host-portal_browser", "__Host-portal_link", "__Host-portal_invite", "__Host-portal_portal"}
    for line in lines:
        name, morsel = next(iter(SimpleCookie(line).items()))
        assert name.startswith("__Host-"), f"{name}: over TLS every cookie carries the prefix __Host-"
        assert morsel["secure"], f"{name} travels in the open"
        assert morsel["httponly"], f"{name} can be read by scripts"
        assert morsel["samesite"] == "Lax", f"{name} is sent along with what other sites start"
        assert morsel["path"] == "/", f"{name}: __Host- needs Path=/"
        assert not morsel["domain"], f"{name}: __Host- forbids Domain"
        assert len(line) < 4096, name


def test_over_tls_browsers_are_told_to_stay_there(secure_client):
    answer = secure_client.http.get("/sign-in", base_url="https://localhost")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_other_sites_start_nothing_here(app, client):
    token = client.csrf_token()
    data = {"email": "marta@gruenwald.example", "csrf_token": token}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}):
        assert client.http.post("/sign-in", data=data, headers=headers).status_code == 400
    assert client.http.post("/sign-in", data=data, headers={"Origin": "http://localhost"}).status_code == 303


def test_a_host_that_is_not_ours_is_refused(client):
    for host in ("evil.example", "localhost.evil.example", "evil.example:80"):
        assert client.http.get("/sign-in", headers={"Host": host}).status_code == 400
    answer = client.http.get("/sign-in", headers={"X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in answer.get_data(as_text=True)
