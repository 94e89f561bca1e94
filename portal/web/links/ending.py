"""A link that leads nowhere: an honest page, with the ways on."""

from flask import Response, request

from portal.domain import settings_links
from portal.domain.errors import Refusal
from portal.domain.links import LinkEnded, LinkUnknown
from portal.web.database import session
from portal.web.filters import told
from portal.web.htmx import page
from portal.web.links import flow
from portal.web.links.blueprint import bp
from portal.web.links.flow import LinkMissing, OtherLink

ADDRESSES = ("/links/address", "/links/email-change")
PURPOSES = {
    "preferences": "preferences",
    "unsubscribe": "unsubscribe",
    "address": "verify_address",
    "statement": "statement",
    "message": "message",
}
"""By the part of the path, what a link there is for."""
TITLES = {
    LinkUnknown: "This link leads nowhere",
    LinkEnded: "This link has ended",
    LinkMissing: "The link is not at hand",
    OtherLink: "Another link was opened since",
}


def ended(refusal: Refusal) -> Response:
    """Say what is the matter with the link, and what can be done instead: a fresh one, where it is known to whom it went."""
    words = {
        "ended_title": TITLES[type(refusal)],
        "ended_text": told(refusal),
        "about_address": request.path.startswith(ADDRESSES),
        "about_sign_in": request.path.startswith("/links/not-me"),
    }
    purpose = PURPOSES.get(request.path.removeprefix("/links/").partition("/")[0], "")
    token = (request.view_args or {}).get("token") or flow.kept(purpose) if purpose else ""
    old = settings_links.ended(session(), token, purpose) if token and isinstance(refusal, LinkEnded) else None
    response = page("links/ended.html", status=refusal.status, purpose=purpose, masked=old.masked if old else "", **words)
    return flow.keep(response, token, purpose) if old else response


for kind in TITLES:
    bp.register_error_handler(kind, ended)
