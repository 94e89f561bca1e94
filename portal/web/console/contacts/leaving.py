"""The contacts that a customer has no more, each with what was chosen for it and what it was sent; and bringing them back."""

from uuid import UUID

from flask import Response, flash, g, redirect, url_for

from portal.domain import communications, contacts, customers, mail_log
from portal.domain.errors import NotFound, Refusal
from portal.domain.permissions import ROLE_NAMES
from portal.model import Contact, Customer
from portal.web import contact_merging
from portal.web.access import may
from portal.web.console.contacts.blueprint import bp
from portal.web.console.customer_page import customer_page
from portal.web.database import session
from portal.web.filters import told
from portal.web.forms import preferences


@bp.get("/removed")
@may("customer.read")
def removed(customer_id: UUID):
    """List those who are gone."""
    customer = customers.find(session(), g.actor, customer_id)
    people = contacts.removed(session(), customer.id)
    return customer_page(
        customer, "console/contacts/removed.html", section="contacts", people=people, names=_names(people), restorable=contacts.restorable
    )


@bp.get("/removed/<uuid:removed_id>")
@may("customer.read")
def show_removed(customer_id: UUID, removed_id: UUID):
    """Show one who is gone, with all that was recorded, and what bringing back would do."""
    customer = customers.find(session(), g.actor, customer_id)
    return _page(customer, contacts.find_removed(session(), g.actor, customer_id, removed_id))


@bp.post("/<uuid:contact_id>/restoration")
@may("contact.change")
def restore(customer_id: UUID, contact_id: UUID):
    """Bring back a contact that was removed a moment ago; of one that became a part of another the merge is undone."""
    customer = customers.find(session(), g.actor, customer_id)
    gone = contacts.find_removed(session(), g.actor, customer_id, contact_id)
    into = gone.merged_into_id
    try:
        contact = contacts.restore(session(), customer.id, contact_id, by=g.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(customer, gone, status=refusal.status, refusal=told(refusal))
    flash(contact_merging.brought_back(contact, into))
    return redirect(url_for(".show", customer_id=customer.id, contact_id=contact.id), 303)


def _page(customer: Customer, contact: Contact, *, status: int = 200, refusal: str = "") -> Response:
    sent = mail_log.page(session(), mail_log.Filters(contact_id=contact.id)).rows if g.actor.may("message.read") else []
    return customer_page(
        customer,
        "console/contacts/gone.html",
        section="contacts",
        status=status,
        contact=contact,
        into=_names([contact]).get(contact.merged_into_id),
        into_href=url_for(".show", customer_id=customer.id, contact_id=contact.merged_into_id) if contact.merged_into_id else "",
        restorable=contacts.restorable(contact),
        **contact_merging.undoing(contact, refusal),
        history=communications.history(session(), contact.id),
        sent=sent,
        states=mail_log.STATES,
        role_names=ROLE_NAMES,
        how_words=preferences.HOW,
    )


def _names(people) -> dict[UUID, str]:
    """Name the contacts that others became a part of."""
    return contacts.names(session(), [contact.merged_into_id for contact in people if contact.merged_into_id])
