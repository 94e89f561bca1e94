"""Who may do what: role by page and act, read from the routes themselves."""

from flask import Blueprint, current_app

from portal.domain import roles
from portal.web.access import may
from portal.web.console.settings.contents import contents
from portal.web.database import session
from portal.web.htmx import page
from portal.web.permission_map import map_of

bp = Blueprint("permissions", __name__, url_prefix="/permissions")


@bp.get("")
@may("settings.read")
def index():
    """Show who may do what."""
    return page(
        "console/settings/permissions/index.html",
        contents=contents("console.settings.permissions.index"),
        groups=map_of(current_app, "console"),
        roles=roles.all(session()),
    )
