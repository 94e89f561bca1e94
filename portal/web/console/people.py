"""Who of a customer's people enters the portal: inviting, roles, taking access away."""

from uuid import UUID

from flask import Blueprint, g, url_for

from portal.domain import contacts, customers
from portal.web import contact_access, proof
from portal.web.access import may
from portal.web.console.contacts import contact_page
from portal.web.database import session

bp = Blueprint("people", __name__, url_prefix="/customers/<uuid:customer_id>/contacts/<uuid:contact_id>")


@bp.post("/invites")
@may("contact.change")
@proof.fresh
def invite(customer_id: UUID, contact_id: UUID):
    """Invite a contact to the portal, or write to them again."""
    return _with(customer_id, contact_id, contact_access.invite)


@bp.post("/role")
@may("contact.change")
@proof.fresh
def give(customer_id: UUID, contact_id: UUID):
    """Give a contact another role in the portal, or none."""
    return _with(customer_id, contact_id, contact_access.give)


def _with(customer_id: UUID, contact_id: UUID, act):
    customer = customers.find(session(), g.actor, customer_id)
    contact = contacts.find(session(), g.actor, customer_id, contact_id)
    here = url_for("console.contacts.show", customer_id=customer_id, contact_id=contact_id)
    return act(contact, here=here, page=lambda **said: contact_page(customer, contact, **said))
