"""Making a contact the primary one, and making one contact of two."""

from uuid import UUID

from flask import Response, flash, g, redirect, url_for

from portal.domain import contacts, customers
from portal.domain.contacts import promoting
from portal.domain.errors import NotFound, Refusal
from portal.web import contact_merging
from portal.web.access import may
from portal.web.console.contacts.blueprint import bp
from portal.web.console.contacts.keeping import contact_page
from portal.web.console.customer_page import customer_page
from portal.web.database import session
from portal.web.filters import told
from portal.web.toasts import toast


@bp.post("/<uuid:contact_id>/primary")
@may("contact.change")
def make_primary(customer_id: UUID, contact_id: UUID):
    """Make a contact the primary one; the customer's email follows."""
    customer = customers.find(session(), g.actor, customer_id)
    contact = contacts.find(session(), g.actor, customer_id, contact_id)
    try:
        former = promoting.make_primary(session(), contact, by=g.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return contact_page(customer, contact, status=refusal.status, refusal=told(refusal))
    said = f"{contact.name} is the primary contact now, and {contact.email} the customer's own address."
    if former is not None:
        toast(said, undo=url_for(".make_primary", customer_id=customer.id, contact_id=former.id))
    else:
        flash(said)
    return redirect(url_for(".show", customer_id=customer.id, contact_id=contact.id), 303)


@bp.get("/<uuid:contact_id>/merger")
@may("contact.change")
def new_merger(customer_id: UUID, contact_id: UUID):
    """Ask whom the contact becomes one with; then show the two side by side, and what follows."""
    return _merger(customer_id, contact_id)


@bp.post("/<uuid:contact_id>/merger")
@may("contact.change")
def merge(customer_id: UUID, contact_id: UUID):
    """Make one contact of the two."""
    customer = customers.find(session(), g.actor, customer_id)
    contact = contacts.find(session(), g.actor, customer_id, contact_id)
    other = contact_merging.other_of(customer.id, contact)
    if other is None:
        return _merger(customer_id, contact_id, status=422)
    kept = contacts.merge(session(), contact, other, contact_merging.choices(), by=g.actor)
    gone = other if kept is contact else contact
    undo = url_for(".restore", customer_id=customer.id, contact_id=gone.id)
    toast(contact_merging.said(gone, kept), undo=undo)
    return redirect(url_for(".show", customer_id=customer.id, contact_id=kept.id), 303)


def _merger(customer_id: UUID, contact_id: UUID, *, status: int = 200) -> Response:
    customer = customers.find(session(), g.actor, customer_id)
    contact = contacts.find(session(), g.actor, customer_id, contact_id)
    other = contact_merging.other_of(customer.id, contact)
    shown = contact_merging.told(contacts.plan(session(), contact, other, by=g.actor)) if other is not None else {}
    return customer_page(
        customer,
        "console/contacts/merger.html",
        section="contacts",
        status=status,
        contact=contact,
        other=other,
        others=contact_merging.others(customer.id, contact),
        **shown,
    )
