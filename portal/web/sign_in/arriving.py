"""What every way in ends with: a fresh session in the browser, nothing left of before, and the way on."""

from dataclasses import replace

from flask import Response, current_app, redirect, request, session, url_for
from sqlalchemy.orm import Session

from portal.domain import actors, sessions, sign_in
from portal.domain.actors import Actor
from portal.domain.sessions import Started
from portal.model import BrowserSession
from portal.web.access import cookie_name, set_cookie, where_from
from portal.web.database import database
from portal.web.sign_in import cookies, targets


def visitor() -> Actor:
    """Make the actor of one who is not, or not yet, signed in."""
    return replace(actors.ANONYMOUS, **where_from())


def secret_key() -> bytes:
    return current_app.extensions["settings"].secret_key.encode()


def held(db: Session, side: str) -> BrowserSession | None:
    """Give the live session that this browser holds on a side."""
    token = request.cookies.get(cookie_name(side))
    row = sessions.find(db, token) if token else None
    return db.get(BrowserSession, row.id) if row is not None else None


def let_in(db: Session, email: str, *, method: str, target: str = "", contact_id=None) -> tuple[Started, str] | None:
    """Start a session at the likeliest place; give it with the path to go on to, or None when the address leads nowhere."""
    places = sign_in.choices(db, email, method=method, target=target)
    if contact_id is not None:
        places = [place for place in places if place.contact_id == contact_id]
    if not places:
        return None
    place = places[0]
    if (before := held(db, place.side)) is not None:
        sessions.end(db, before.user_id, session_id=before.id, why="replaced")
    started = sign_in.enter(db, email, place, method=method, by=visitor())
    onward = targets.on_side(target, place.side)
    return started, url_for("sign_in.choose", next=onward) if len(places) > 1 else onward


def arrive(started: Started, onward: str) -> Response:
    """Give the browser its session, and drop all it held before: form tokens, link and asking cookies."""
    session.clear()
    response = redirect(onward, 303)
    set_cookie(response, started.row.side, started.token)
    return cookies.take_back(response, "browser", "link", "invite")


def act(work):
    """Run `work(db)` in a transaction of its own: what is counted stays counted, whatever the answer's status."""
    return database().act(work)
