"""Making a contact the primary one, and making one contact of two, by the customer's own people."""

from uuid import UUID

from flask import Response, flash, g, redirect, url_for

from portal.domain import contacts
from portal.domain.contacts import promoting
from portal.domain.errors import NotFound, Refusal
from portal.web import contact_merging
from portal.web.access import may
from portal.web.account.contacts.blueprint import bp
from portal.web.account.contacts.keeping import contact_page
from portal.web.database import session
from portal.web.filters import told
from portal.web.htmx import page
from portal.web.toasts import toast


@bp.post("/<uuid:contact_id>/primary")
@may("account.contact")
def make_primary(contact_id: UUID):
    """Make a contact the primary one; the company's own address follows."""
    contact = contacts.find(session(), g.actor, g.actor.customer_id, contact_id)
    try:
        former = promoting.make_primary(session(), contact, by=g.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return contact_page(contact, status=refusal.status, refusal=told(refusal))
    said = f"{contact.name} is the primary contact now, and {contact.email} the company's own address."
    if former is not None:
        toast(said, undo=url_for(".make_primary", contact_id=former.id))
    else:
        flash(said)
    return redirect(url_for(".show", contact_id=contact.id), 303)


@bp.get("/<uuid:contact_id>/merger")
@may("account.contact")
def new_merger(contact_id: UUID):
    """Ask whom the contact becomes one with; then show the two side by side, and what follows."""
    return _merger(contact_id)


@bp.post("/<uuid:contact_id>/merger")
@may("account.contact")
def merge(contact_id: UUID):
    """Make one contact of the two."""
    contact = contacts.find(session(), g.actor, g.actor.customer_id, contact_id)
    other = contact_merging.other_of(g.actor.customer_id, contact)
    if other is None:
        return _merger(contact_id, status=422)
    kept = contacts.merge(session(), contact, other, contact_merging.choices(), by=g.actor)
    gone = other if kept is contact else contact
    undo = url_for(".restore", contact_id=gone.id)
    toast(contact_merging.said(gone, kept), undo=undo)
    return redirect(url_for(".show", contact_id=kept.id), 303)


def _merger(contact_id: UUID, *, status: int = 200) -> Response:
    contact = contacts.find(session(), g.actor, g.actor.customer_id, contact_id)
    other = contact_merging.other_of(g.actor.customer_id, contact)
    shown = contact_merging.told(contacts.plan(session(), contact, other, by=g.actor)) if other is not None else {}
    others = contact_merging.others(g.actor.customer_id, contact)
    return page("account/contacts/merger.html", status=status, contact=contact, other=other, others=others, **shown)
