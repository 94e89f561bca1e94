"""Messages: everything that was sent, and one message's life."""

from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, request, url_for

from portal.domain import mail_log, messages
from portal.values.emails import email_key
from portal.web.access import may
from portal.web.database import session
from portal.web.htmx import page
from portal.web.query import identifier

bp = Blueprint("messages", __name__, url_prefix="/messages")


@bp.get("")
@may("message.read")
def index():
    """List what was sent, the newest first, by state and by address."""
    state, address = request.args.get("state", ""), email_key(request.args.get("q", "").strip())
    found = mail_log.page(session(), actor=g.actor, state=state, address=address, before=identifier("before"))
    older = url_for(".index", state=state or None, q=address or None, before=found.older) if found.older else None
    return page("console/messages/index.html", "log", found=found, older=older, state=state, address=address, states=mail_log.STATES)


@bp.get("/<uuid:message_id>")
@may("message.read")
def show(message_id: UUID):
    """Show one message: what it says, why it was sent, and what became of it."""
    message = messages.find(session(), g.actor, message_id)
    letter = mail_log.reread(session(), message, public_url=current_app.extensions["settings"].public_url)
    return page("console/messages/show.html", message=message, letter=letter, states=mail_log.STATES)


@bp.post("/<uuid:message_id>/deliveries")
@may("message.send")
def deliver(message_id: UUID):
    """Send the same letter to the same person again."""
    again = messages.send_again(session(), messages.find(session(), g.actor, message_id), by=g.actor)
    flash("It is on its way again.")
    return redirect(url_for(".show", message_id=again.id), 303)
