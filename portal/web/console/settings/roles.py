"""The roles of operators: the product's own, and those that the owners make."""

from flask import Blueprint, Response, flash, g, redirect, url_for

from portal.domain import roles
from portal.domain.errors import NotFound, Refusal
from portal.domain.permissions import OPERATOR
from portal.model import OperatorRole
from portal.web import proof
from portal.web.access import may
from portal.web.console.settings.contents import contents
from portal.web.database import session
from portal.web.filters import told
from portal.web.forms.operators import RoleForm
from portal.web.htmx import page

bp = Blueprint("roles", __name__, url_prefix="/roles")


@bp.get("")
@may("settings.read")
def index():
    """List the roles, with what each may do and how many have it."""
    return _settings_page("index", rows=roles.all(session()), said=OPERATOR)


@bp.get("/new")
@may("operator.change")
def new():
    """Show the empty form for a role."""
    return _form_page(RoleForm(formdata=None))


@bp.post("")
@may("operator.change")
@proof.fresh
def create():
    """Make a role."""
    form = RoleForm()
    if form.validate_on_submit():
        try:
            role = roles.define(session(), form.name.data, form.words.data, by=g.actor)
        except Refusal as refusal:
            form.put(refusal)
        else:
            flash(f"{role.name} can be given to operators now.")
            return redirect(url_for(".index"), 303)
    return _form_page(form, status=422)


@bp.get("/<code>/edit")
@may("operator.change")
def edit(code: str):
    """Show what a role may do in the form."""
    role = _role(code)
    return _form_page(RoleForm(formdata=None, name=role.name, words=role.permissions), role)


@bp.post("/<code>")
@may("operator.change")
@proof.fresh
def update(code: str):
    """Change a role; its holders' next page is asked with the new words."""
    role, form = _role(code), RoleForm()
    if form.validate_on_submit():
        try:
            roles.change(session(), role, name=form.name.data, words=form.words.data, by=g.actor)
        except Refusal as refusal:
            form.put(refusal)
        else:
            flash(f"{role.name} is saved. It counts at once for everybody who has it.")
            return redirect(url_for(".index"), 303)
    return _form_page(form, role, status=422)


@bp.post("/<code>/ending")
@may("operator.change")
@proof.fresh
def end(code: str):
    """End a role that nobody has."""
    role = _role(code)
    try:
        roles.end(session(), role, by=g.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return _form_page(
            RoleForm(formdata=None, name=role.name, words=role.permissions), role, refusal=told(refusal), status=refusal.status
        )
    flash(f"{role.name} has ended.")
    return redirect(url_for(".index"), 303)


def _role(code: str) -> OperatorRole:
    """Find a role that the owners made; the product's own do not change."""
    role = roles.row_of(session(), code)
    if role is None:
        raise NotFound
    return role


def _form_page(form: RoleForm, role: OperatorRole | None = None, *, refusal: str = "", status: int = 200) -> Response:
    beyond = {word for word in OPERATOR if not g.actor.may(word)}
    return _settings_page("form", status=status, form=form, role=role, beyond=beyond, refusal=refusal)


def _settings_page(template: str, *, status: int = 200, **context) -> Response:
    return page(f"console/settings/roles/{template}.html", status=status, contents=contents("console.settings.roles.index"), **context)
