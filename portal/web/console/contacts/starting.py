"""What new contacts of a customer are sent."""

from uuid import UUID

from flask import flash, g, redirect, request, url_for

from portal.domain import communications, customers
from portal.web.access import may
from portal.web.console.contacts.blueprint import bp
from portal.web.console.customer_page import customer_page
from portal.web.database import session


@bp.get("/defaults")
@may("preference.change")
def defaults(customer_id: UUID):
    """Show what somebody is sent who is added from now on."""
    customer = customers.find(session(), g.actor, customer_id)
    return customer_page(
        customer,
        "console/contacts/defaults.html",
        section="contacts",
        topics=communications.BILLING_TOPICS,
        wanted=communications.defaults(session(), customer.id),
    )


@bp.post("/defaults")
@may("preference.change")
def set_defaults(customer_id: UUID):
    """Set it."""
    customer = customers.find(session(), g.actor, customer_id)
    ticked = request.form.getlist("topics")
    changed = communications.set_defaults(session(), customer, {key: key in ticked for key in communications.BILLING_TOPICS}, by=g.actor)
    flash("New contacts start with this." if changed else "Nothing differed from what is kept.")
    return redirect(url_for(".defaults", customer_id=customer.id), 303)
