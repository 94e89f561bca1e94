"""Ending a visit: the operator is back in the console, where the own session was all the time."""

from flask import flash, redirect, url_for

from portal.domain import actors, viewing
from portal.web import visits
from portal.web.access import public
from portal.web.database import session
from portal.web.sign_in.blueprint import bp
from portal.web.signed_in import where_from


@bp.post("/sign-in/visit/ending")
@public
def end_visit():
    """End the visit that the browser is on; one that is over already is only taken back."""
    row = visits.find()
    if row is None:
        return visits.over() if visits.held() else redirect(url_for("sign_in.start"), 303)
    by = actors.operator(user_id=row.user_id, name=row.name or row.email, role=row.operator_role, **where_from())
    viewing.end(session(), viewing.found_over(session(), visits.held()), why="ended by the operator", by=by)
    flash("The visit has ended. You are yourself again.")
    return visits.drop_cookie(redirect(url_for("console.customers.show", customer_id=row.customer_id), 303))
