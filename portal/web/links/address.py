"""Confirming an address: that of a contact, or the new one of somebody who signs in."""

from flask import redirect, request, url_for

from portal.domain import contacts, email_changes
from portal.domain.links import LinkUnknown
from portal.web.access import public
from portal.web.database import session
from portal.web.htmx import page
from portal.web.links import email_change, flow
from portal.web.links.blueprint import bp
from portal.web.signed_in import where_from

PURPOSE = "verify_address"


@bp.get("/address/<token>")
@public
def open_verify_address(token: str):
    """Lead to the page at an address without the token."""
    if not _about_change(token):
        return flow.arrive(token, PURPOSE)
    return flow.hand(token, PURPOSE)


@bp.get("/address")
@public
def verify_address():
    """Ask to confirm the address, or say that it is confirmed."""
    token = flow.token(PURPOSE)
    if _about_change(token):
        return email_change.confirm_page(token)
    held = flow.held(PURPOSE)
    return page("links/address.html", held=held, site=held.customer.business_entity.name, done="done" in request.args)


@bp.post("/address")
@public
def confirm_address():
    """Confirm the address."""
    token = flow.token(PURPOSE)
    if _about_change(token):
        return email_change.confirm(token)
    held = flow.held(PURPOSE)
    contacts.verify(session(), held.contact, by=held.actor(**where_from()))
    return redirect(url_for(".verify_address", done=1), 303)


def _about_change(token: str) -> bool:
    """Tell whether the link is about a change of somebody's own address.

    :raises links.LinkEnded: when it is, and there is nothing to decide any more.
    """
    try:
        email_changes.find(session(), token, PURPOSE)
    except LinkUnknown:
        return False
    return True
