"""The page that shows what was written too late, with one button that sends it. One room, with a door on either side."""

import re
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, g, redirect, request
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from portal.domain import unsent, users
from portal.domain.unsent import Kept
from portal.model import Contact
from portal.web.access import may
from portal.web.database import session
from portal.web.htmx import page
from portal.web.permission_map import sentence
from portal.web.sign_in.targets import HOMES, own_path
from portal.web.unsent import keeping

bp = Blueprint("unsent", __name__, url_prefix="/unsent")
UNSEEN = {"key", "version", "next", "seen", "cursor", "was", "attributes_shown"}
"""Fields that nobody typed."""
ID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}")


@bp.get("")
@may("self.change")
def show() -> Response:
    """Show what was written too late."""
    side = _side()
    found = unsent.of_browser(session(), g.actor.user_id, side, token=keeping.held()) if keeping.held() else []
    return page("unsent/show.html", forms=[_told(one) for one in found], mark=keeping.MARK, home=HOMES[side])


@bp.post("/<uuid:form_id>/removal")
@may("self.change")
def remove(form_id: UUID) -> Response:
    """Forget what was written too late."""
    kept = unsent.find(session(), form_id, g.actor.user_id, _side(), token=keeping.held())
    onward = own_path(kept.row.page) or HOMES[_side()]
    unsent.drop(session(), form_id, g.actor.user_id)
    flash("Forgotten.")
    return redirect(onward, 303)


def _told(kept: Kept) -> dict:
    """Give what the page says of one form; `elsewhere` is the place to switch to first, where it was written for another."""
    row = kept.row
    shown = ((name, value) for name, value in kept.parcel.fields if value.strip() and name not in UNSEEN and not ID.fullmatch(value))
    typed = [(_label(name), "yes" if value == "y" else value) for name, value in shown]
    return {
        "id": row.id,
        "path": row.path,
        "page": own_path(row.page),
        "at": row.created_at,
        "does": _does(row.path),
        "typed": typed,
        "files": kept.parcel.files,
        "left_out": kept.parcel.left_out,
        "elsewhere": _elsewhere(row.contact_id),
    }


def _does(path: str) -> str:
    """Say in a sentence what the form does, as the page about permissions does."""
    try:
        endpoint, _ = current_app.url_map.bind(request.host).match(path.partition("?")[0], method="POST")
    except HTTPException:
        return ""
    return sentence(current_app.view_functions[endpoint])


def _elsewhere(contact_id: UUID | None) -> users.Place | None:
    """Give the place that a form was written at, when it is not the one that the person is at now."""
    if contact_id is None or contact_id == current_user.row.contact_id:
        return None
    contact = session().get_one(Contact, contact_id)
    return next((place for place in users.places(session(), contact.email) if place.contact_id == contact_id), None)


def _label(name: str) -> str:
    words = name.rpartition("-")[2].replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _side() -> str:
    return "console" if request.blueprint.startswith("console") else "portal"
