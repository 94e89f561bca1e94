"""Who of a company enters the portal: its owners invite, change roles and take access away."""

from uuid import UUID

from flask import Blueprint, g, url_for

from portal.domain import contacts
from portal.web import contact_access, proof
from portal.web.access import may
from portal.web.account.contacts import contact_page
from portal.web.database import session

bp = Blueprint("people", __name__, url_prefix="/contacts/<uuid:contact_id>")


@bp.post("/invites")
@may("account.people")
@proof.fresh
def invite(contact_id: UUID):
    """Invite a contact to the portal, or write to them again."""
    contact = contacts.find(session(), g.actor, g.actor.customer_id, contact_id)
    return contact_access.invite(contact, here=_here(contact_id), page=lambda **said: contact_page(contact, **said))


@bp.post("/role")
@may("account.people")
@proof.fresh
def give(contact_id: UUID):
    """Give a contact another role in the portal, or none."""
    contact = contacts.find(session(), g.actor, g.actor.customer_id, contact_id)
    return contact_access.give(contact, here=_here(contact_id), page=lambda **said: contact_page(contact, **said))


def _here(contact_id: UUID) -> str:
    return url_for("account.contacts.show", contact_id=contact_id)
