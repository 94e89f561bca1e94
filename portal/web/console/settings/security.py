"""Which operator roles need a second factor: an owner decides."""

from flask import Blueprint, Response, flash, g, redirect, url_for

from portal.domain import factors
from portal.web import proof
from portal.web.access import may
from portal.web.console.settings.contents import contents
from portal.web.database import session
from portal.web.forms.factors import RolesForm
from portal.web.htmx import page

bp = Blueprint("security", __name__, url_prefix="/security")


@bp.get("")
@may("settings.read")
def index() -> Response:
    """Show which roles need a second factor."""
    form = RolesForm(formdata=None, roles=sorted(factors.roles_asked(session())))
    return _page(form)


@bp.post("")
@may("operator.change")
@proof.fresh
def update() -> Response:
    """Set which roles need a second factor."""
    form = RolesForm()
    form.roles.choices = list(factors.roles_known(session()).items())
    if not form.validate_on_submit():
        return _page(form, 422)
    asked = factors.ask_of_roles(session(), form.roles.data, by=g.actor)
    flash(
        "Saved. Who has no second factor is asked to set one up with the next page." if asked else "Saved. No role needs a second factor."
    )
    return redirect(url_for(".index"), 303)


def _page(form: RolesForm, status: int = 200) -> Response:
    names = factors.roles_known(session())
    form.roles.choices = list(names.items())
    return page(
        "console/settings/security/index.html",
        contents=contents("console.settings.security.index"),
        form=form,
        without=factors.operators_without(session()),
        names=names,
        status=status,
    )
