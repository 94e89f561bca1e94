"""Who is asking, and whether they may: closed by default, every route says its permission in a word."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy.exc import DBAPIError

from portal.domain import actors, sessions
from portal.domain.errors import NotAllowed, NotFound
from portal.domain.permissions import WORDS
from portal.web import htmx
from portal.web.database import SAFE, database, session

View = TypeVar("View", bound=Callable)
PUBLIC = "public"


def may(word: str) -> Callable[[View], View]:
    """Let a view be used by those only who hold a permission."""
    if word not in WORDS:
        raise ValueError(f"“{word}” is no permission; the words are in portal/domain/permissions.py")

    def mark(view: View) -> View:
        view.permission = word
        return view

    return mark


def public(view: View) -> View:
    """Let a view be used by everybody."""
    view.permission = PUBLIC
    return view


class Person(UserMixin):
    """The signed-in person as Flask-Login sees them: a row of `sessions.find`."""

    def __init__(self, row):
        self.row = row

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
        max_age=int(sessions.ABSOLUTE[which].total_seconds()),
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


def load_person(request) -> Person | None:
    """Find the live session of the request's cookie."""
    token = request.cookies.get(cookie_name(side()))
    if not token:
        return None
    if request.method in SAFE:
        row = sessions.find(session(), token)  # in the one snapshot that the page is read from
    else:
        with database().reading() as reading:
            row = sessions.find(reading, token)
    if row is None:
        return None
    if sessions.needs_touch(row):
        _touch(row)
    return Person(row)


def _touch(row) -> None:
    """Write "last seen", unless the database is busy: it is not worth a wait."""
    try:
        with database().writing(hasty=True) as writing:
            sessions.touch(writing, row.id)
    except DBAPIError:
        current_app.logger.info("last seen not written")


def actor() -> actors.Actor:
    """Make the actor of this request."""
    if not current_user.is_authenticated:
        return replace(actors.ANONYMOUS, **where_from())
    row = current_user.row
    if row.side == "console":
        return actors.operator(user_id=row.user_id, name=row.name or row.email, role=row.operator_role, **where_from())
    name = " ".join(filter(None, (row.first_name, row.last_name))) or row.name or row.email
    return actors.customer(
        user_id=row.user_id, name=name, role=row.portal_role, customer_id=row.customer_id, contact_id=row.contact_id, **where_from()
    )


def guard():
    """Let the request through when its actor may; closed by default."""
    if request.endpoint is None:
        g.actor = actors.ANONYMOUS
        return None
    word = permission_of(current_app, request.endpoint)
    if word == PUBLIC and (request.blueprint or "") not in {"sign_in", "links"}:
        g.actor = actors.ANONYMOUS
        return None
    g.actor = actor()
    if word == PUBLIC or g.actor.may(word):
        return None
    if not g.actor.signed_in:
        return ask_to_sign_in()
    raise NotFound if request.method in SAFE and not _is_own_side(word) else NotAllowed


def _is_own_side(word: str) -> bool:
    return word.startswith(("account.", "self.")) == (g.actor.kind == "customer")


def permission_of(app: Flask, endpoint: str) -> str:
    """Give the word a route names.

    :raises LookupError: when it names none; a house test walks all routes.
    """
    if endpoint == "static":
        return PUBLIC
    word = getattr(app.view_functions[endpoint], "permission", None)
    if word is None:
        raise LookupError(f"{endpoint} names no permission: put @may(...) or @public on the view")
    return word


def ask_to_sign_in():
    """Send the browser, not a fragment of its page, to the sign-in page, and back afterwards."""
    here = request.full_path.rstrip("?") if request.method in SAFE else ""
    if htmx.wanted():
        here = htmx.current_path() or here
    target = url_for("sign_in.new", next=here or None)
    if htmx.wanted():
        return Response(status=401, headers={"HX-Redirect": target, "Cache-Control": "no-store"})
    return redirect(target, 303)


def unauthorized():
    abort(401)


def init_app(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # the session is a row of ours; its cookie holds a token and nothing else
    manager.request_loader(load_person)
    manager.unauthorized_handler(unauthorized)
    app.before_request(guard)
