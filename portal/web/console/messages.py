"""Messages: everything that was sent, and one message's life."""

from uuid import UUID

from flask import Blueprint, Response, current_app, flash, g, redirect, url_for

from portal.domain import customers, mail_log, messages
from portal.domain.errors import Refusal
from portal.model import EmailMessage
from portal.web import letter_frame
from portal.web.access import may
from portal.web.console.message_log import log
from portal.web.database import session
from portal.web.filters import told
from portal.web.htmx import page

bp = Blueprint("messages", __name__, url_prefix="/messages")


@bp.get("")
@may("message.read")
def index():
    """List what was sent, the newest first, searched and filtered as asked."""
    read = log(lambda **asked: url_for(".index", **asked))
    return page("console/messages/index.html", "log", names=_customers(read["found"].rows), **read)


@bp.get("/<uuid:message_id>")
@may("message.read")
def show(message_id: UUID):
    """Show one message: what it says, why it was sent, and what became of it."""
    return _page(messages.find(session(), g.actor, message_id))


@bp.get("/<uuid:message_id>/html")
@may("message.read")
def letter(message_id: UUID) -> Response:
    """Give the HTML of a message to the frame of its page, and to nothing else."""
    return letter_frame.answer(_source(messages.find(session(), g.actor, message_id)))


@bp.post("/<uuid:message_id>/deliveries")
@may("message.send")
def deliver(message_id: UUID):
    """Send the same letter to the same person again."""
    message = messages.find(session(), g.actor, message_id)
    try:
        again = mail_log.send_again(session(), message, by=g.actor)
    except (messages.NothingToRepeat, mail_log.WouldBeHeld) as refusal:
        return _page(message, status=422, refusal=refusal)
    flash("It is on its way again.")
    return redirect(url_for(".show", message_id=again.id), 303)


def _page(message: EmailMessage, *, status: int = 200, refusal: Refusal | None = None) -> Response:
    source = _source(message)
    return page(
        "console/messages/show.html",
        status=status,
        message=message,
        source=source,
        outlook=mail_log.outlook(session(), message),
        **letter_frame.shown(source, "console.messages.show", message.id),
        repeats=mail_log.repeats(session(), message),
        others=mail_log.others(session(), message),
        origin=mail_log.origin(session(), message),
        customer_name=customers.names(session(), {message.customer_id} - {None}).get(message.customer_id, ""),
        states=mail_log.STATES,
        refusal=told(refusal) if refusal else "",
    )


def _source(message: EmailMessage) -> mail_log.Source:
    return mail_log.source(session(), message, public_url=current_app.extensions["settings"].public_url)


def _customers(rows: list[EmailMessage]) -> dict[UUID, str]:
    return customers.names(session(), {row.customer_id for row in rows if row.customer_id})
