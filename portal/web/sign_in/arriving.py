"""What every way in ends with: a fresh session in the browser, nothing left of before, and the way on."""

from dataclasses import replace
from uuid import UUID

from flask import Response, current_app, redirect, request, session, url_for
from sqlalchemy.orm import Session

from portal.domain import actors, factors, sessions, sign_in, users
from portal.domain.actors import Actor
from portal.domain.sessions import Started
from portal.domain.sign_in import Waiting
from portal.model import BrowserSession
from portal.web import visits
from portal.web.database import database
from portal.web.sign_in import cookies, targets
from portal.web.signed_in import cookie_name, set_cookie, where_from


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


def let_in(
    db: Session, email: str, *, method: str, target: str = "", contact_id: UUID | None = None, second_factor: str = ""
) -> tuple[Started | Waiting, str] | None:
    """Start a session at the likeliest place; give it with the path to go on to, or None when the address leads nowhere.

    A person who has a second factor and has not shown it (`second_factor` says which) is kept waiting for it instead.
    """
    places = sign_in.choices(db, email, method=method, target=target, contact_id=contact_id)
    if contact_id is not None:
        places = [place for place in places if place.contact_id == contact_id]
    if not places:
        return None
    place = places[0]
    user = users.by_email(db, email)
    if not second_factor and user is not None and factors.owed(db, user.id):
        return sign_in.hold(db, user, method=method, target=target, contact_id=contact_id), url_for("sign_in.second")
    if (before := held(db, place.side)) is not None:
        sessions.end(db, before.user_id, session_id=before.id, why="replaced")
    started = sign_in.enter(db, email, place, method=method, second_factor=second_factor, by=visitor())
    onward = targets.on_side(target, place.side)
    return started, url_for("sign_in.choose", next=onward) if len(places) > 1 else onward


def arrive(started: Started | Waiting, onward: str) -> Response:
    """Give the browser its session, and drop all it held before: form tokens, link and asking cookies."""
    session.clear()
    response = redirect(onward, 303)
    if isinstance(started, Waiting):
        cookies.hand(response, "second", started.token)
        return cookies.take_back(response, "browser", "link", "invite")
    set_cookie(response, started.row.side, started.token)
    if visits.held() and visits.find() is None:
        visits.drop_cookie(response)  # a visit that is over leads nobody away from where they have just signed in
    return cookies.take_back(response, "browser", "link", "invite", "second", "passkey")


def act(work):
    """Run `work(db)` in a transaction of its own: what is counted stays counted, whatever the answer's status."""
    return database().act(work)
