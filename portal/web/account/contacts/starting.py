"""What new contacts here are sent."""

from flask import flash, g, redirect, request, url_for

from portal.domain import communications, customers
from portal.web.access import may
from portal.web.account.contacts.blueprint import bp
from portal.web.database import session
from portal.web.htmx import page


@bp.get("/defaults")
@may("account.preference")
def defaults():
    """Show what somebody is sent who is added from now on."""
    wanted = communications.defaults(session(), g.actor.customer_id)
    return page("account/contacts/defaults.html", topics=communications.BILLING_TOPICS, wanted=wanted)


@bp.post("/defaults")
@may("account.preference")
def set_defaults():
    """Set it."""
    customer = customers.find(session(), g.actor, g.actor.customer_id)
    ticked = request.form.getlist("topics")
    changed = communications.set_defaults(session(), customer, {key: key in ticked for key in communications.BILLING_TOPICS}, by=g.actor)
    flash("New contacts start with this." if changed else "Nothing differed from what is kept.")
    return redirect(url_for(".defaults"), 303)
