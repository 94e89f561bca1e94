"""The demo's mailbox: every message that the demo sent, read as its reader would."""

import re

from flask import Blueprint, Response, abort, current_app, make_response, request, url_for

from portal.web import htmx
from portal.web.access import public
from portal.web.logos import image_sources

bp = Blueprint("mailbox", __name__, url_prefix="/mailbox")

PAGE = 50
PARTS = {"html": "HTML", "text": "Plain text", "source": "Source"}
# A letter may be styled and its links followed on a click; it may not run, load, send or frame anything.
LETTER_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; "
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@bp.get("")
@public
def index() -> Response:
    """List the messages, newest first, all or those to one address."""
    to, before = request.args.get("to", "").strip(), request.args.get("before", "")
    messages = _mailbox().list(to=to or None, limit=PAGE + 1, before=before or None)
    newest = messages[0].id if messages else "none"
    if htmx.fragment_wanted() and request.args.get("seen") == newest:
        return Response(status=204)
    return htmx.page(
        "mailbox/index.html", "messages", messages=messages[:PAGE], more=len(messages) > PAGE, to=to, before=before, newest=newest
    )


@bp.get("/<id>")
@public
def show(id: str) -> Response:
    """Show one message: as HTML, as plain text, or as it came over the wire."""
    message = _find(id)
    there = [part for part in PARTS if part == "source" or getattr(message, part)]
    part = request.args.get("part")
    part = part if part in there else there[0]
    forms = [{"label": PARTS[one], "href": url_for("mailbox.show", id=id, part=one), "current": one == part} for one in there]
    return htmx.page("mailbox/show.html", message=message, forms=forms, part=part)


@bp.get("/<id>/html")
@public
def letter(id: str) -> Response:
    """Give the HTML of one message to the frame of its page, and to nothing else."""
    message = _find(id)
    if not message.html:
        abort(404)
    response = make_response(_opening_on_top(message.html))
    response.headers["Content-Security-Policy"] = f"{LETTER_POLICY}; {image_sources()}"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _mailbox():
    return current_app.extensions["mailbox"]


def _find(id: str):
    try:
        return _mailbox().read(id)
    except LookupError:
        abort(404)


def _opening_on_top(html: str) -> str:
    """Let the links of a letter open in the whole window, not in its frame."""
    base = '<base target="_top">'
    opened, found = re.subn(r"(<head\b[^>]*>)", rf"\1{base}", html, count=1, flags=re.IGNORECASE)
    return opened if found else base + html
