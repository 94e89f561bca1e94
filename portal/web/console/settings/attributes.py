"""Custom attributes: the fields that the business adds to its customers."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from werkzeug.datastructures import MultiDict

from portal.domain import attributes, business_entities
from portal.domain.attributes import DefinitionWrong
from portal.model import CustomAttribute
from portal.values.attributes import KINDS, format_attribute
from portal.web.access import may
from portal.web.console.settings.contents import contents
from portal.web.database import session
from portal.web.filters import reader
from portal.web.forms.attribute import AttributeForm, values_of
from portal.web.htmx import page

bp = Blueprint("attributes", __name__, url_prefix="/attributes")


@bp.get("")
@may("settings.read")
def index():
    """List the attributes in the order of the form."""
    entities = {one.id: one.name for one in business_entities.all(session())}
    return settings_page(
        "index",
        rows=attributes.all(session()),
        entities=entities,
        kinds=KINDS,
        written=lambda one: format_attribute(one.kind, one.default, locale=reader()[0]),
    )


@bp.get("/new")
@may("settings.change")
def new():
    """Ask for the kind, then show the empty form for it; `?kind=` is the one that was chosen."""
    kind = request.args.get("kind", "")
    return _kinds_page() if kind not in KINDS else _new_page(_form(kind))


@bp.post("")
@may("settings.change")
def create():
    """Define an attribute."""
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        return _kinds_page(status=422)
    form = _form(kind, sent=request.form)
    if form.validate():
        try:
            made = attributes.define(session(), form.facts(), by=g.actor)
        except DefinitionWrong as refusal:
            form.refuse(refusal)
        else:
            flash(f"{made.label} is on the customer form now.")
            return redirect(url_for(".index"), 303)
    return _new_page(form, status=422)


@bp.get("/<uuid:attribute_id>/edit")
@may("settings.change")
def edit(attribute_id: UUID):
    """Show a definition in the form."""
    attribute = attributes.find(session(), attribute_id)
    return _edit_page(attribute, _form(attribute.kind, attribute=attribute))


@bp.post("/<uuid:attribute_id>")
@may("settings.change")
def update(attribute_id: UUID):
    """Change a definition."""
    attribute = attributes.find(session(), attribute_id)
    form = _form(attribute.kind, attribute=attribute, sent=request.form)
    name = attribute.label
    if form.validate():
        try:
            attributes.change(session(), attribute, form.facts(), by=g.actor)
        except DefinitionWrong as refusal:
            form.refuse(refusal)
        else:
            flash(f"{attribute.label} is saved.")
            return redirect(url_for(".index"), 303)
    return _edit_page(attribute, form, name=name, status=422)


@bp.post("/<uuid:attribute_id>/position")
@may("settings.change")
def move(attribute_id: UUID):
    """Move an attribute one place up or down."""
    attribute = attributes.find(session(), attribute_id)
    attributes.move(session(), attribute, request.form.get("direction", ""), by=g.actor)
    return redirect(url_for(".index", _anchor=f"attribute-{attribute.key}"), 303)


@bp.get("/<uuid:attribute_id>/removal")
@may("settings.change")
def removal(attribute_id: UUID):
    """Say what taking an attribute off the form does, and ask whether to."""
    attribute = attributes.find(session(), attribute_id)
    return settings_page("removal", attribute=attribute, holders=attributes.holders(session(), attribute.key))


@bp.post("/<uuid:attribute_id>/removal")
@may("settings.change")
def remove(attribute_id: UUID):
    """Take an attribute off the form; the values are kept."""
    attribute = attributes.find(session(), attribute_id)
    attributes.remove(session(), attribute, by=g.actor)
    flash(f"{attribute.label} is off the form. What customers have is kept.")
    return redirect(url_for(".index"), 303)


def settings_page(template: str, *, status: int = 200, **context) -> Response:
    """Answer with one of the templates of this room."""
    here = contents("console.settings.attributes.index")
    return page(f"console/settings/attributes/{template}.html", status=status, contents=here, **context)


def _form(kind: str, *, attribute: CustomAttribute | None = None, sent: MultiDict | None = None) -> AttributeForm:
    form = AttributeForm(formdata=sent, data=values_of(attribute) if attribute else None)
    form.set_up(kind, business_entities.all(session()), attribute=attribute, sent=sent, locale=reader()[0])
    return form


def _kinds_page(*, status: int = 200) -> Response:
    return settings_page("kinds", status=status, kinds=KINDS)


def _new_page(form: AttributeForm, *, status: int = 200) -> Response:
    return settings_page("new", status=status, form=form, kind=KINDS[form.kind.data])


def _edit_page(attribute: CustomAttribute, form: AttributeForm, *, name: str = "", status: int = 200) -> Response:
    return settings_page("edit", status=status, form=form, attribute=attribute, name=name or attribute.label, kind=KINDS[attribute.kind])
