"""Which operator roles need a second factor, and which sign in with the business's provider alone: an owner decides."""

from flask import Blueprint, Response, flash, g, redirect, url_for

from portal.domain import factors, single_sign_on
from portal.domain.errors import Refusal
from portal.web import proof
from portal.web.access import may
from portal.web.console.settings.contents import contents
from portal.web.database import session
from portal.web.filters import told
from portal.web.forms.factors import BoundRolesForm, RolesForm
from portal.web.htmx import page

bp = Blueprint("security", __name__, url_prefix="/security")


@bp.get("")
@may("settings.read")
def index() -> Response:
    """Show which roles need a second factor."""
    return _page()


@bp.post("")
@may("operator.change")
@proof.fresh
def update() -> Response:
    """Set which roles need a second factor."""
    form = RolesForm()
    form.roles.choices = list(factors.roles_known(session()).items())
    if not form.validate_on_submit():
        return _page(form, status=422)
    asked = factors.ask_of_roles(session(), form.roles.data, by=g.actor)
    flash(
        "Saved. Who has no second factor is asked to set one up with the next page." if asked else "Saved. No role needs a second factor."
    )
    return redirect(url_for(".index"), 303)


@bp.post("/single-sign-on")
@may("operator.change")
@proof.fresh
def bind() -> Response:
    """Set which roles sign in with the business's provider alone."""
    form = BoundRolesForm()
    form.bound.choices = list(factors.roles_known(session()).items())
    if not form.validate_on_submit():
        return _page(bound=form, status=422)
    try:
        with session().begin_nested():
            wanted = single_sign_on.bind_roles(session(), form.bound.data, by=g.actor)
    except Refusal as refusal:
        form.bound.errors = [told(refusal)]
        return _page(bound=form, status=422)
    flash("Saved. What they had open in other ways has ended." if wanted else "Saved. Every role may sign in in any way.")
    return redirect(url_for(".index"), 303)


def _page(form: RolesForm | None = None, *, bound: BoundRolesForm | None = None, status: int = 200) -> Response:
    names = factors.roles_known(session())
    form = form or RolesForm(formdata=None, roles=sorted(factors.roles_asked(session())))
    bound = bound or BoundRolesForm(formdata=None, bound=sorted(single_sign_on.roles_chosen(session())))
    form.roles.choices = bound.bound.choices = list(names.items())
    return page(
        "console/settings/security/index.html",
        contents=contents("console.settings.security.index"),
        form=form,
        bound=bound,
        provider=single_sign_on.of_operators(session()),
        without=factors.operators_without(session()),
        names=names,
        status=status,
    )
