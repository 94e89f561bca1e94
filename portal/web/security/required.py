"""Where those are led who need a second factor, and the answer to the question who it is."""

from flask import Response, g, redirect, request
from flask import session as form_session
from flask_login import current_user

from portal.domain import factors
from portal.web import passkey_asking, proof
from portal.web.access import before_second_factor, may
from portal.web.database import session
from portal.web.htmx import page
from portal.web.security.blueprint import back_home, bp, side
from portal.web.sign_in.targets import HOMES, own_path


@bp.get("/second-factor")
@may("self.change")
@before_second_factor
def second_factor() -> Response:
    """Ask for the second factor where there is one; else offer the ways to set one up."""
    onward = own_path(request.args.get("next"))
    if factors.held(session(), g.actor.user_id):
        return proof.question(onward=onward or _home(), status=200)
    if side() != "console" or g.actor.role not in (current_user.row.second_factor_roles or ()):
        return back_home()
    form_session["after_second_factor"] = onward
    return page("security/required.html")


@bp.post("/proof")
@may("self.change")
@before_second_factor
def prove() -> Response:
    """Take the answer to the question who it is, and open the page it was asked for."""
    refused = proof.attempt()
    if refused is not None:
        return proof.question(refused=refused, onward=own_path(request.form.get("next")) or _home())
    return redirect(own_path(request.form.get("next")) or _home(), 303)


@bp.post("/proof/challenges")
@may("self.change")
@before_second_factor
def ask_to_prove() -> Response:
    """Give the browser what it asks the person's passkeys with."""
    asked = factors.authentication_options(session(), "prove", site=passkey_asking.site(), user_id=g.actor.user_id)
    return passkey_asking.answer(asked)


def _home() -> str:
    return HOMES["console" if side() == "console" else "portal"]
