"""Messages: every mail we sent to this person, with what became of it."""

from uuid import UUID

from flask import Blueprint, Response, current_app, flash, g, redirect, url_for

from portal.domain import mail_log, messages
from portal.domain.errors import Refusal
from portal.model import EmailMessage
from portal.web import letter_frame
from portal.web.access import may
from portal.web.database import session
from portal.web.filters import told
from portal.web.htmx import page
from portal.web.query import identifier

bp = Blueprint("messages", __name__, url_prefix="/messages")

STATES = {
    "queued": ("On its way", "wait"),
    "sending": ("On its way", "wait"),
    "sent": ("Sent to you", ""),
    "delivered": ("Arrived", ""),
    "deferred": ("Delayed", "heed"),
    "bounced": ("Came back", "wrong"),
    "complained": ("Marked as spam", "wrong"),
    "suppressed": ("Not sent", "off"),
    "failed": ("Not sent", "wrong"),
}
"""By state: the words of somebody who does not run a mail server, and the kind of status."""
RESULTS = {
    "queued": "It waits to be handed to your mail server.",
    "sending": "It is being handed to your mail server.",
    "sent": "Your mail server took it. If you cannot see it, look in the folder for spam.",
    "delivered": "Your mail server says that it is in your mailbox. If you cannot see it, look in the folder for spam.",
    "deferred": "Your mail server did not take it yet. We go on trying for two days.",
    "bounced": "Your mail server sent it back. The address may be mistyped, or the mailbox full.",
    "complained": "It was marked as spam at this address, so we write there no more until you ask us to.",
    "suppressed": "It was not sent, because mail of this kind does not go to this address now.",
    "failed": "It could not be sent.",
}


@bp.get("")
@may("self.read")
def index():
    """List what was sent to the person who is signed in."""
    before = identifier("before")
    found = mail_log.of_person(session(), g.actor, before=before)
    older = url_for(".index", before=found.older) if found.older else None
    newest = url_for(".index") if before else None
    return page("account/messages/index.html", "log", found=found, older=older, newest=newest, states=STATES)


@bp.get("/<uuid:message_id>")
@may("self.read")
def show(message_id: UUID):
    """Show one message as it was sent."""
    return _page(messages.find(session(), g.actor, message_id))


@bp.get("/<uuid:message_id>/html")
@may("self.read")
def letter(message_id: UUID) -> Response:
    """Give the HTML of a message to the frame of its page, and to nothing else."""
    return letter_frame.answer(_source(messages.find(session(), g.actor, message_id)))


@bp.post("/<uuid:message_id>/deliveries")
@may("self.change")
def deliver(message_id: UUID):
    """Send it to this person once more."""
    message = messages.find(session(), g.actor, message_id)
    try:
        again = mail_log.send_to_oneself(session(), message, by=g.actor)
    except (messages.NothingToRepeat, mail_log.WouldBeHeld, mail_log.TooSoon) as refusal:
        return _page(message, status=refusal.status, refusal=refusal)
    flash(f"It is on its way to {again.to_address} again.")
    return redirect(url_for(".index"), 303)


def _page(message: EmailMessage, *, status: int = 200, refusal: Refusal | None = None) -> Response:
    source = _source(message)
    response = page(
        "account/messages/show.html",
        status=status,
        message=message,
        source=source,
        **letter_frame.shown(source, "account.messages.show", message.id, with_source=False),
        outlook=mail_log.outlook(session(), message),
        states=STATES,
        result=RESULTS[message.state],
        refusal=told(refusal) if refusal else "",
    )
    if isinstance(refusal, mail_log.TooSoon):
        response.headers["Retry-After"] = str(refusal.seconds)
    return response


def _source(message: EmailMessage) -> mail_log.Source:
    return mail_log.source(session(), message, public_url=current_app.extensions["settings"].public_url)
