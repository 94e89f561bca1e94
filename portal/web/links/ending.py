"""A link that leads nowhere: an honest page, with the ways on."""

from flask import Response, request

from portal.domain.errors import Refusal
from portal.domain.links import LinkEnded, LinkUnknown
from portal.web.filters import told
from portal.web.htmx import page
from portal.web.links.blueprint import bp
from portal.web.links.flow import LinkMissing, OtherLink

ADDRESSES = ("/links/address", "/links/email-change")
TITLES = {
    LinkUnknown: "This link leads nowhere",
    LinkEnded: "This link has ended",
    LinkMissing: "The link is not at hand",
    OtherLink: "Another link was opened since",
}


def ended(refusal: Refusal) -> Response:
    """Say what is the matter with the link, and what can be done instead."""
    about_address = request.path.startswith(ADDRESSES)
    words = {"ended_title": TITLES[type(refusal)], "ended_text": told(refusal), "about_address": about_address}
    return page("links/ended.html", status=refusal.status, **words)


for kind in TITLES:
    bp.register_error_handler(kind, ended)
