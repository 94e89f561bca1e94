"""Several places, one person: choosing where to go, and switching."""

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session

from portal.domain import sign_in, single_sign_on, users
from portal.domain.errors import NotFound
from portal.model import BrowserSession
from portal.web.access import ask_to_sign_in, public
from portal.web.database import session
from portal.web.htmx import page
from portal.web.sign_in.arriving import held, visitor
from portal.web.sign_in.blueprint import bp
from portal.web.sign_in.openid import to_provider
from portal.web.sign_in.targets import HOMES, on_side, own_path
from portal.web.signed_in import cookie_name, set_cookie


@bp.get("/sign-in/choose")
@public
def choose():
    """List the places of the signed-in person."""
    present = _present(session())
    if present is None:
        return ask_to_sign_in()
    user = users.find(session(), present.user_id)
    here = {_key(held(session(), side)) for side in HOMES}
    places = users.places(session(), user.email)
    if present.method == sign_in.BY_PROVIDER:
        places = [place for place in places if place.key == _key(present)]
    return page("sign_in/choose.html", places=places, here=here, email=user.email, next=own_path(request.args.get("next")))


@bp.post("/sign-in/choose")
@public
def switch():
    """Go to a place, under a new session."""
    present = _present(session())
    if present is None:
        return ask_to_sign_in()
    user = users.find(session(), present.user_id)
    place = next((place for place in users.places(session(), user.email) if place.key == request.values.get("place")), None)
    if place is None:
        raise NotFound
    onward = on_side(own_path(request.form.get("next")), place.side)
    there = held(session(), place.side)
    if there is not None and there.user_id == user.id and _key(there) == place.key:
        return redirect(onward, 303)
    started = sign_in.switch(session(), present, place, by=visitor())
    if started is None and (provider := single_sign_on.provider_for(session(), user.email, [place])) is not None:
        return to_provider(provider, onward)
    if started is None:
        flash("To go there, show that you still read your mail: a link by email does it.")
        return redirect(url_for("sign_in.new", next=onward, email=user.email), 303)
    response = redirect(onward, 303)
    set_cookie(response, place.side, started.token)
    return response


def _present(db: Session) -> BrowserSession | None:
    """Give the session to go on from: of the two sides, where the person showed last who they are."""
    live = [row for row in (held(db, side) for side in HOMES if cookie_name(side) in request.cookies) if row is not None]
    return max(live, key=lambda row: row.proved_at, default=None)


def _key(row: BrowserSession | None) -> str:
    if row is None:
        return ""
    return str(row.contact_id) if row.contact_id else "console"
