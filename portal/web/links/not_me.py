"""“This was not me”, from a mail about one's own sign-in: every session ends, and a fresh link leads to what one signs in with."""

from flask import Response, flash
from flask import session as form_session

from portal.domain import not_me
from portal.web.access import public
from portal.web.database import database, session
from portal.web.htmx import page
from portal.web.links import flow
from portal.web.links.blueprint import bp
from portal.web.sign_in.asking import send
from portal.web.signed_in import where_from

WAYS_IN = "/console/profile"
"""Where one looks through them; the portal has its own such page (sign_in.targets.TWINS)."""
TOLD = {
    "password": "The password is void.",
    "totp": "The authenticator app is removed.",
    "passkey": "The passkey is removed.",
    "codes": "The recovery codes are void.",
    "tie": "The account is untied.",
}


@bp.get("/not-me/<token>")
@public
def open_not_me(token: str):
    """Lead to the page at an address without the token."""
    not_me.find(session(), token)
    return flow.hand(token, not_me.PURPOSE)


@bp.get("/not-me", endpoint="not_me")
@public
def ask_not_me() -> Response:
    """Ask whether it was somebody else, and say what follows."""
    held = not_me.find(session(), flow.token(not_me.PURPOSE))
    return page("links/not_me.html", link=held.link, masked=held.masked, at=held.message.created_at, kind=held.link.topic.partition(":")[0])


@bp.post("/not-me")
@public
def say_not_me() -> Response:
    """End every session, take back what the mail was about, and send a fresh link."""
    token = flow.token(not_me.PURPOSE)
    with database().reading() as db:
        flow.same_link(not_me.find(db, token).link)

    def work(db) -> tuple[str, str]:
        held = not_me.stop(db, token, by=not_me.find(db, token).actor(**where_from()))
        return held.user.email, held.undone

    email, undone = database().act(work)
    form_session.clear()
    flash(" ".join(filter(None, ("Every session has ended.", TOLD.get(undone), "Sign in anew, and look through what you sign in with."))))
    return send(email, WAYS_IN)
