"""One message in the browser, for the holder of the link in it: as it was sent, its own links dead."""

from flask import Response, current_app, url_for

from portal.domain import mail_log
from portal.domain.links import Held
from portal.model import EmailMessage
from portal.web import letter_frame
from portal.web.access import public
from portal.web.database import session
from portal.web.htmx import page
from portal.web.links import flow
from portal.web.links.blueprint import bp


@bp.get("/message/<token>")
@public
def open_message(token: str):
    """Lead to the page at an address without the token."""
    return flow.arrive(token, "message")


@bp.get("/message")
@public
def message() -> Response:
    """Show the message."""
    held = flow.held("message")
    sent = _sent(held)
    shown = letter_frame.shown(_source(sent), "links.message", sent.id, with_source=False)
    return page(
        "links/message.html",
        held=held,
        site=held.customer.business_entity.name,
        message=sent,
        source=_source(sent),
        frame_href=url_for(".message_letter"),
        **shown,
    )


@bp.get("/message/html")
@public
def message_letter() -> Response:
    """Give the HTML of the message to the frame of its page, and to nothing else."""
    return letter_frame.answer(_source(_sent(flow.held("message"))))


def _sent(held: Held) -> EmailMessage:
    return session().get_one(EmailMessage, held.link.message_id) if held.link.message_id else flow.missing()


def _source(sent: EmailMessage) -> mail_log.Source:
    return mail_log.source(session(), sent, public_url=current_app.extensions["settings"].public_url)
