"""Who can see what at this customer, and the person's own sessions."""

from flask import Blueprint, current_app, flash, g, redirect, url_for
from flask_login import current_user

from portal.domain import contacts, sessions, viewing
from portal.domain.errors import NotFound
from portal.domain.permissions import CUSTOMER_ROLES, ROLE_NAMES
from portal.model import Customer
from portal.web import security
from portal.web.access import may
from portal.web.database import session
from portal.web.htmx import page
from portal.web.permission_map import map_of

bp = Blueprint("access", __name__)


@bp.get("/access")
@may("account.read")
def show():
    """Show the people and the sessions."""
    customer = session().get(Customer, g.actor.customer_id)
    people = [
        {"contact": contact, "role": ROLE_NAMES[contact.portal_role]}
        for contact in contacts.of_customer(session(), customer.id)
        if contact.portal_role != "none"
    ]
    return page(
        "account/access/show.html",
        customer=customer,
        people=people,
        words=map_of(current_app, "account")[0][1],
        roles=[{"name": ROLE_NAMES[role], "words": words} for role, words in CUSTOMER_ROLES.items()],
        visits=viewing.of_customer(session(), customer.id),
        **({} if g.actor.viewer else _own()),
    )


def _own() -> dict:
    """Read what is the person's alone, and not shown on a visit."""
    opened = sessions.of_user(session(), g.actor.user_id)
    return {
        "sessions": opened,
        "told": {row.id: sessions.told(row, g.actor.ip) for row in opened},
        "present": current_user.row.id,
        "owned": security.owned(session(), g.actor.user_id),
    }


@bp.post("/access/sessions/<uuid:session_id>/ending")
@may("self.change")
def end_session(session_id):
    """End one of the person's sessions."""
    if not sessions.end(session(), g.actor.user_id, session_id=session_id, why="ended by the person"):
        raise NotFound
    flash("Session ended.")
    return redirect(url_for("account.access.show"), 303)


@bp.post("/access/sessions/ending")
@may("self.change")
def end_other_sessions():
    """End all of the person's sessions but this one."""
    sessions.end(session(), g.actor.user_id, keep=current_user.row.id, why="ended by the person")
    flash("All your other sessions have ended.")
    return redirect(url_for("account.access.show"), 303)
