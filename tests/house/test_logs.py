"""What is written down about requests, and what is not; and that what breaks is told to us and not to whoever asked."""

import json
import re
from datetime import UTC, datetime

import pytest
import structlog

from portal import logs
from portal.web import observing

pytestmark = pytest.mark.one_database

INTERNALS = ("Traceback", "portal/", "sqlalchemy", "SELECT", "werkzeug", 'File "', "the ghost in the machine")


@pytest.fixture
def lines(capsys, monkeypatch):
    """Read the log as an installation writes it: JSON, one object a line."""
    logs.configure("json")
    monkeypatch.setattr(observing, "log", structlog.get_logger(source="portal.requests"))

    def read() -> list[str]:
        return [line for line in capsys.readouterr().err.splitlines() if line.strip()]

    yield read
    logs.configure("plain")


def test_every_request_is_one_line_with_who_what_when(client, lines):
    somebody = client.as_operator("viewer")
    lines()
    somebody.get("/console/customers/")
    somebody.get("/console/settings/limits", status=403)
    read, refused = map(json.loads, lines())
    assert (read["method"], read["path"], read["status"]) == ("GET", "/console/customers/", 200)
    assert (refused["path"], refused["status"]) == ("/console/settings/limits", 403)
    assert read["actor"] == refused["actor"] == str(client.cast.operators["viewer"].id)
    assert read["ip"] == "127.0.0.1"
    assert read["request_id"] != refused["request_id"]
    at = datetime.fromisoformat(read["timestamp"])
    assert at.tzinfo == UTC or at.utcoffset().total_seconds() == 0
    assert abs((datetime.now(UTC) - at).total_seconds()) < 600


def test_no_line_holds_what_is_secret(client, lines):
    somebody = client.as_person()
    session = somebody.http.get_cookie("portal_portal").value
    lines()
    client.http.get("/sign-in/link/secret-of-a-link")
    client.http.get("/sign-in/invite/secret-of-an-invite")
    for purpose in ("preferences", "unsubscribe", "address", "email-change"):
        client.http.get(f"/links/{purpose}/secret-of-{purpose}")
    client.post("/sign-in/password", {"email": "marta@gruenwald.example", "password": "secret of a person"}, status=422)
    somebody.get("/account/")
    written = "\n".join(lines())
    assert "/sign-in/link/" in written
    assert "secret" not in written
    assert session not in written


def test_a_line_stays_one_line_whatever_a_browser_says(client, lines):
    said = 'x%0d%0a{"event": "request", "status": 200}'
    client.http.get(f"/console/{said}", headers={"X-Request-ID": "a b", "Referer": "http://localhost/\u2028"})
    written = lines()
    assert len(written) == 1
    assert json.loads(written[0])["status"] == 404
    assert re.fullmatch(r"[0-9a-f]{32}", json.loads(written[0])["request_id"])


@pytest.mark.parametrize("endpoint", ["sign_in.new", "console.customers.index", "account.home.show", "links.preferences", "verify.new"])
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "part"])
def test_what_breaks_is_written_down_and_not_shown(app, client, lines, monkeypatch, endpoint, htmx):
    def broken(**_):
        raise RuntimeError("the ghost in the machine: SELECT secret FROM portal/")

    broken.permission = app.view_functions[endpoint].permission
    monkeypatch.setitem(app.view_functions, endpoint, broken)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    somebody = {"console": client.as_operator, "account": client.as_person}.get(endpoint.partition(".")[0], lambda: client)()
    path = app.url_map.bind("localhost").build(endpoint)
    lines()
    page = somebody.get(path, status=500, htmx=htmx)
    for word in INTERNALS:
        assert word not in page.body
    written = "\n".join(lines())
    assert "the ghost in the machine" in written
    number = page.response.headers["X-Request-ID"]
    assert number in page.body
    assert number in written
