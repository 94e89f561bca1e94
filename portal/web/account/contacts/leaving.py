"""The contacts that the customer has no more, each with what was chosen for it; and bringing them back."""

from uuid import UUID

from flask import Response, flash, g, redirect, url_for

from portal.domain import communications, contacts
from portal.domain.errors import NotFound, Refusal
from portal.domain.permissions import ROLE_NAMES
from portal.model import Contact
from portal.web import contact_merging
from portal.web.access import may
from portal.web.account.contacts.blueprint import bp
from portal.web.database import session
from portal.web.filters import told
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
    """Show one who is gone, with what was chosen, and what bringing back would do; what they were sent is theirs to read."""
    return _page(contacts.find_removed(session(), g.actor, g.actor.customer_id, removed_id))


@bp.post("/<uuid:contact_id>/restoration")
@may("account.contact")
def restore(contact_id: UUID):
    """Bring back a contact that was removed a moment ago; of one that became a part of another the merge is undone."""
    gone = contacts.find_removed(session(), g.actor, g.actor.customer_id, contact_id)
    into = gone.merged_into_id
    try:
        contact = contacts.restore(session(), g.actor.customer_id, contact_id, by=g.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(gone, status=refusal.status, refusal=told(refusal))
    flash(contact_merging.brought_back(contact, into))
    return redirect(url_for(".show", contact_id=contact.id), 303)


def _page(contact: Contact, *, status: int = 200, refusal: str = "") -> Response:
    return page(
        "account/contacts/gone.html",
        status=status,
        contact=contact,
        into=contacts.names(session(), [contact.merged_into_id]).get(contact.merged_into_id) if contact.merged_into_id else None,
        restorable=contacts.restorable(contact),
        **contact_merging.undoing(contact, refusal),
        history=communications.history(session(), contact.id),
        role_names=ROLE_NAMES,
        how_words=preferences.HOW,
    )
