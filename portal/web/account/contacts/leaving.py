"""The contacts that the customer has no more, each with what was chosen for it."""

from uuid import UUID

from flask import g

from portal.domain import communications, contacts
from portal.domain.permissions import ROLE_NAMES
from portal.web.access import may
from portal.web.account.contacts.blueprint import bp
from portal.web.database import session
from portal.web.forms import preferences
from portal.web.htmx import page


@bp.get("/removed")
@may("account.contact")
def removed():
    """List those who are gone."""
    people = contacts.removed(session(), g.actor.customer_id)
    into = contacts.names(session(), [contact.merged_into_id for contact in people if contact.merged_into_id])
    return page("account/contacts/removed.html", people=people, names=into, restorable=contacts.restorable)


@bp.get("/removed/<uuid:removed_id>")
@may("account.contact")
def show_removed(removed_id: UUID):
    """Show one who is gone, with what was chosen; what they were sent is theirs to read."""
    contact = contacts.find_removed(session(), g.actor, g.actor.customer_id, removed_id)
    return page(
        "account/contacts/gone.html",
        contact=contact,
        into=contacts.names(session(), [contact.merged_into_id]).get(contact.merged_into_id) if contact.merged_into_id else None,
        restorable=contacts.restorable(contact),
        history=communications.history(session(), contact.id),
        role_names=ROLE_NAMES,
        how_words=preferences.HOW,
    )
