"""Signing out."""

from flask import abort, redirect, request, url_for
from flask import session as form_session

from portal.domain import sign_in
from portal.web import visits
from portal.web.access import public
from portal.web.database import session
from portal.web.sign_in.arriving import held, visitor
from portal.web.sign_in.blueprint import bp
from portal.web.sign_in.targets import HOMES
from portal.web.signed_in import drop_cookie


@bp.post("/sign-out")
@public
def destroy():
    """End the browser's session on one side; the other side stays open."""
    side = request.values.get("side", "portal")
    if side not in HOMES:
        abort(400)
    if (present := held(session(), side)) is not None:
        sign_in.leave(session(), present, by=visitor())
    form_session.clear()
    response = redirect(url_for("sign_in.new"), 303)
    drop_cookie(response, side)
    if side == "console" and visits.held():
        visits.drop_cookie(response)  # it was over with the session that it returns to
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
