"""Who is asking: the session that a cookie of the request opens, and where the request comes from."""

from flask import Flask, Response, current_app, g, request
from flask_login import LoginManager, UserMixin
from sqlalchemy.exc import DBAPIError

from portal.domain import sessions, users
from portal.domain.session_limits import ABSOLUTE
from portal.web import visits
from portal.web.database import database, looking


class Person(UserMixin):
    """The signed-in person as Flask-Login sees them: a row of `sessions.find`, and the business entities they are limited to."""

    def __init__(self, row, entity_ids=None):
        self.row = row
        self.entity_ids = entity_ids

    def get_id(self) -> str:
        return str(self.row.user_id)


def side() -> str:
    """Tell which of the two sides the request is for; each has a session cookie of its own."""
    return "console" if (request.blueprint or "").startswith("console") else "portal"


def cookie_name(which: str) -> str:
    """Name the session cookie of a side (RFC 6265bis: __Host- binds it to this host, TLS and the path /)."""
    prefix = "__Host-" if current_app.extensions["settings"].secure else ""
    return f"{prefix}portal_{which}"


def set_cookie(response: Response, which: str, token: str) -> None:
    """Give a browser the token of its session."""
    response.set_cookie(
        cookie_name(which),
        token,
        max_age=int(ABSOLUTE[which].total_seconds()),
        httponly=True,
        secure=current_app.extensions["settings"].secure,
        samesite="Lax",
        path="/",
    )


def drop_cookie(response: Response, which: str) -> None:
    """Take the session cookie of a side back."""
    response.delete_cookie(cookie_name(which), httponly=True, secure=current_app.extensions["settings"].secure, samesite="Lax", path="/")


def where_from() -> dict[str, str]:
    """Say where the request comes from, for actors and sessions: ip, device, request_id."""
    return {"ip": request.remote_addr or "", "device": device(request.user_agent.string), "request_id": g.get("request_id", "")}


def device(user_agent: str) -> str:
    """Name a browser and its system in words: "Firefox on Linux"."""
    browsers = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    systems = (
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    browser = next((name for mark, name in browsers if mark in user_agent), "")
    system = next((name for mark, name in systems if mark in user_agent), "")
    return " on ".join(filter(None, (browser, system)))


def find_person() -> Person | None:
    """Find the live session of the request's cookie; in the portal a visit comes before a session of the operator's own."""
    if side() == "portal" and visits.held():
        if (row := visits.find()) is not None:
            return Person(row)
        if visits.in_portal():
            return None
    token = request.cookies.get(cookie_name(side()))
    if not token:
        return None
    person = _person(looking(), token)  # in the one snapshot that a page is read from, an act looks at beforehand
    if person is not None and sessions.needs_touch(person.row):
        _touch(person.row)
    return person


def _person(db, token: str) -> Person | None:
    row = sessions.find(db, token)
    if row is None:
        return None
    return Person(row, users.entities_of(db, row.user_id) if row.limited_to is not None else None)


def _touch(row) -> None:
    """Write "last seen", unless the database is busy: it is not worth a wait."""
    try:
        with database().writing(hasty=True) as writing:
            sessions.touch(writing, row.id)
    except DBAPIError:
        current_app.logger.info("last seen not written")


class SessionRows(LoginManager):
    """Flask-Login with the one way to be signed in that there is here: a row of ours, found by its token.

    What it would look at by itself is left out: its own marks in the form cookie, a remember-me cookie, a fingerprint of the
    browser, an Authorization header.
    """

    def init_app(self, app: Flask, add_context_processor: bool = False) -> None:
        """Join it to the application. It sets no cookie, and the pages are given `actor` and `person` in place of its user."""
        app.login_manager = self

    def _load_user(self) -> None:
        self._update_request_context_with_user(find_person())


def init_app(app: Flask) -> None:
    SessionRows(app)
