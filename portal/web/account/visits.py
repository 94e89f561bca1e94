"""The customer's switch for visits by support; the visits themselves are listed on the Access page."""

from flask import Blueprint, flash, g, redirect, request, url_for

from portal.domain import customers, viewing
from portal.web.access import may
from portal.web.database import session

bp = Blueprint("visits", __name__, url_prefix="/access/visits")


@bp.post("")
@may("account.access")
def allow():
    """Switch visits on or off, as the button says; off ends those under way."""
    wanted = request.form.get("wanted") == "on"
    customer = customers.find(session(), g.actor, g.actor.customer_id)
    if viewing.allow(session(), customer, wanted, by=g.actor):
        flash("Visits by support are allowed." if wanted else "Visits by support are switched off. None is under way any more.")
    return redirect(url_for("account.access.show", _anchor="visits"), 303)
