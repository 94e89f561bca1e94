"""Messages: every mail we sent to this person, with what became of it."""

from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, url_for

from portal.domain import mail_log, messages
from portal.web.access import may
from portal.web.database import session
from portal.web.htmx import page
from portal.web.query import identifier

bp = Blueprint("messages", __name__, url_prefix="/messages")


@bp.get("")
@may("self.read")
def index():
    """List what was sent to the person who is signed in."""
    found = mail_log.page(session(), contact_id=g.actor.contact_id, before=identifier("before"))
    older = url_for(".index", before=found.older) if found.older else None
    return page("account/messages/index.html", "log", found=found, older=older, states=mail_log.STATES)


@bp.get("/<uuid:message_id>")
@may("self.read")
def show(message_id: UUID):
    """Show one message as it was sent."""
    message = messages.find(session(), g.actor, message_id)
    letter = mail_log.reread(session(), message, public_url=current_app.extensions["settings"].public_url)
    return page("account/messages/show.html", message=message, letter=letter, states=mail_log.STATES)


@bp.post("/<uuid:message_id>/deliveries")
@may("self.change")
def deliver(message_id: UUID):
    """Send it to this person once more."""
    again = messages.send_again(session(), messages.find(session(), g.actor, message_id), by=g.actor)
    flash(f"It is on its way to {again.to_address} again.")
    return redirect(url_for(".index"), 303)
