"""A change of one's own address: confirmed by the link to the new one, stopped by the link to the old one."""

from uuid import UUID

from flask import Response, g
from flask import session as form_session

from portal.domain import email_changes
from portal.model import BrowserSession
from portal.values import emails
from portal.web import visits
from portal.web.access import public
from portal.web.database import session
from portal.web.htmx import page
from portal.web.links import flow
from portal.web.links.blueprint import bp
from portal.web.sign_in.arriving import held as signed_in
from portal.web.sign_in.targets import HOMES
from portal.web.signed_in import where_from


def confirm_page(token: str) -> Response:
    """Show whose address is about to become which."""
    found = email_changes.find(session(), token, "verify_address")
    return page("links/address_change.html", link=found.link, **_told(found))


def confirm(token: str) -> Response:
    """Let the new address count."""
    found = email_changes.find(session(), token, "verify_address")
    flow.same_link(found.link)
    words = _told(found)
    g.actor = found.actor(**where_from())
    keep = _own_session(found.user.id)
    email_changes.confirm(session(), token, keep=keep.id if keep else None, by=g.actor)
    onward = HOMES[keep.side] if keep else ""
    return page("links/address_changed.html", onward=onward, **words)


@bp.get("/email-change/<token>")
@public
def open_stop_email_change(token: str):
    """Lead to the page at an address without the token."""
    email_changes.find(session(), token, "stop_email_change")
    return flow.hand(token, "stop_email_change")


@bp.get("/email-change")
@public
def stop_email_change():
    """Ask whether to stop the change."""
    found = email_changes.find(session(), flow.token("stop_email_change"), "stop_email_change")
    return page("links/stop_change.html", link=found.link, **_told(found))


@bp.post("/email-change")
@public
def stop_change():
    """Stop the change, or take it back; every session of the person ends."""
    token = flow.token("stop_email_change")
    found = email_changes.find(session(), token, "stop_email_change")
    flow.same_link(found.link)
    words = _told(found)
    email_changes.stop(session(), token, by=found.actor(**where_from()))
    form_session.clear()
    return page("links/change_stopped.html", **words)


def _told(found: email_changes.Held) -> dict:
    """Name both addresses: each is masked for the reader of the other."""
    verifying = found.link.purpose == "verify_address"
    old, new = found.change.old_email, found.change.new_email
    return {
        "old": emails.mask_email(old) if verifying else old,
        "new": new if verifying else emails.mask_email(new),
        "done": found.change.state == "done",
    }


def _own_session(user_id: UUID) -> BrowserSession | None:
    """Give the session that this browser has as the same person, the last proved of two; a visit is none."""
    held = [] if visits.held() else [row for side in HOMES if (row := signed_in(session(), side)) is not None and row.user_id == user_id]
    return max(held, key=lambda row: row.proved_at, default=None)
