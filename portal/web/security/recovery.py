"""Recovery codes: shown once when they are made, counted afterwards."""

from flask import Response, current_app, g, redirect, url_for
from flask import session as form_session

from portal.domain import factors, users
from portal.domain.errors import Refusal
from portal.values.sealed import Unsealable
from portal.web import proof
from portal.web.access import may
from portal.web.database import session
from portal.web.htmx import page
from portal.web.security.blueprint import bp, home_url
from portal.web.security.showing import leave_codes
from portal.web.sign_in.targets import own_path


@bp.get("/recovery-codes")
@may("self.change")
@proof.fresh
def recovery_codes() -> Response:
    """Show codes that were just made, this once; else how many are left."""
    held = factors.held(session(), g.actor.user_id)
    codes = _just_made()
    onward = own_path(form_session.pop("after_second_factor", "")) if codes else ""
    return page("security/recovery.html", codes=codes, held=held, onward=onward or home_url(), back=home_url())


@bp.post("/recovery-codes")
@may("self.change")
@proof.fresh
def make_recovery_codes() -> Response:
    """Make ten new codes; those from before open nothing any more."""
    user = users.find(session(), g.actor.user_id)
    if not factors.held(session(), user.id):
        raise Refusal("Recovery codes stand in for an authenticator app or a passkey. Set up one of them first.")
    vault = current_app.extensions["vault"]
    leave_codes(vault, factors.make_codes(session(), user, vault=vault, by=g.actor))
    return redirect(url_for(".recovery_codes"), 303)


def _just_made() -> list[str]:
    try:
        return current_app.extensions["vault"].open(form_session.pop("recovery_codes", ""), seconds=600).split()
    except Unsealable:
        return []
