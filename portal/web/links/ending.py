"""A link that leads nowhere: an honest page, with the ways on."""

from flask import Response

from portal.domain.errors import Refusal
from portal.domain.links import LinkEnded, LinkUnknown
from portal.web.htmx import page
from portal.web.links.blueprint import bp
from portal.web.links.flow import LinkMissing, OtherLink

TITLES = {
    LinkUnknown: "This link leads nowhere",
    LinkEnded: "This link has ended",
    LinkMissing: "The link is not at hand",
    OtherLink: "Another link was opened since",
}


def ended(refusal: Refusal) -> Response:
    """Say what is the matter with the link, and what can be done instead."""
    return page("links/ended.html", status=refusal.status, ended_title=TITLES[type(refusal)], ended_text=str(refusal))


for kind in TITLES:
    bp.register_error_handler(kind, ended)
