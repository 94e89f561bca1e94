"""What a customer's contacts are sent: the matrix saved, a choice undone, the customer's master switch."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, request, url_for

from portal.domain import communications, contacts, customers
from portal.web.access import may
from portal.web.console.contacts import contact_page, contacts_page
from portal.web.database import session
from portal.web.filters import told
from portal.web.forms import preferences, wallet_daily

bp = Blueprint("preferences", __name__, url_prefix="/customers/<uuid:customer_id>")


@bp.get("/preferences")
@may("customer.read")
def show(customer_id: UUID):
    """Say who will get the topic that is asked about: the part alone to HTMX, else the page it is on."""
    return contacts_page(customers.find(session(), g.actor, customer_id), block="who")


@bp.post("/preferences")
@may("preference.change")
def update(customer_id: UUID):
    """Save the ticks that differ from what the page showed."""
    customer = customers.find(session(), g.actor, customer_id)
    chosen = preferences.wishes(request.form, contacts.of_customer(session(), customer.id))
    try:
        made = communications.choose_all(
            session(),
            chosen,
            how="form",
            wording=preferences.wording(chosen),
            handover=preferences.handover(request.form),
            by=g.actor,
        )
    except communications.LastRecipient as refusal:
        question = preferences.question(refusal, chosen)
        return contacts_page(customer, status=422, ticked=preferences.ticks(request.form), question=question)
    preferences.say_saved(made, url_for(".undo_all", customer_id=customer.id, topic=request.form.get("topic") or None))
    return redirect(_matrix(customer_id), 303)


@bp.post("/contacts/<uuid:contact_id>/choices/<uuid:receipt_id>/reversal")
@may("preference.change")
def undo(customer_id: UUID, contact_id: UUID, receipt_id: UUID):
    """Undo a choice that still holds."""
    customer = customers.find(session(), g.actor, customer_id)
    contact = contacts.find(session(), g.actor, customer_id, contact_id)
    try:
        communications.undo(session(), contact, receipt_id, handover=preferences.handover(request.form), by=g.actor)
    except communications.LastRecipient as refusal:
        return contact_page(customer, contact, status=422, question=preferences.question(refusal), action=request.path)
    except communications.NewerChoice as refusal:
        return contact_page(customer, contact, status=409, refusal=told(refusal))
    flash("Undone.")
    return redirect(url_for("console.contacts.show", customer_id=customer.id, contact_id=contact.id), 303)


@bp.post("/contacts/<uuid:contact_id>/wallet-activity")
@may("preference.change")
def set_daily(customer_id: UUID, contact_id: UUID):
    """Set whether a contact has wallet activity at once or once a day."""
    contact = contacts.find(session(), g.actor, customer_id, contact_id)
    made = wallet_daily.save(contact, how="form", by=g.actor)
    preferences.say_saved(made, url_for(".undo_all", customer_id=customer_id))
    return redirect(url_for("console.contacts.show", customer_id=customer_id, contact_id=contact_id), 303)


@bp.post("/preferences/reversal")
@may("preference.change")
def undo_all(customer_id: UUID):
    """Undo what was chosen a moment ago."""
    customer = customers.find(session(), g.actor, customer_id)
    chosen = preferences.taken_back(request.form, contacts.of_customer(session(), customer.id))
    communications.undo_all(session(), chosen, by=g.actor)
    flash("Undone.")
    return redirect(_matrix(customer_id), 303)


@bp.post("/communications")
@may("preference.change")
def switch(customer_id: UUID):
    """Turn the customer's master switch."""
    customer = customers.find(session(), g.actor, customer_id)
    on = request.form.get("on") == "y"
    communications.set_communications(session(), customer, on, by=g.actor)
    flash("Email is on for this customer." if on else "Email is off for this customer. Only sign-in and security mail goes out.")
    return redirect(_matrix(customer_id), 303)


def _matrix(customer_id: UUID) -> str:
    topic = request.values.get("topic", "")
    return url_for("console.contacts.index", customer_id=customer_id, topic=topic if topic in dict(preferences.topic_choices()) else None)
