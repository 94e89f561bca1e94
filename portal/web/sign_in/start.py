"""The front door of the whole."""

from flask import redirect, url_for

from portal.web.access import public
from portal.web.database import session
from portal.web.sign_in.arriving import held
from portal.web.sign_in.blueprint import bp
from portal.web.sign_in.targets import HOMES


@bp.get("/")
@public
def start():
    """Lead on to where the browser is signed in, else to the sign-in page."""
    side = next((side for side in HOMES if held(session(), side) is not None), None)
    return redirect(HOMES[side] if side else url_for("sign_in.new"), 303)
