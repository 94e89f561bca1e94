"""Brands: what each business entity is called and how it looks, in the portal and in its mail."""

from uuid import UUID

from flask import Blueprint, Response, current_app, flash, g, redirect, request, url_for

from portal.domain import brands, business_entities
from portal.domain.brands import BrandChanged, BrandWrong, LogoChanged
from portal.domain.letters import LETTERS, Brand
from portal.model import BusinessEntity
from portal.values.colours import parse_colour
from portal.values.errors import BadValue
from portal.values.locales import LOCALES
from portal.web import proof
from portal.web.access import may
from portal.web.console.settings.contents import contents
from portal.web.console.settings.letters.blueprint import Place, frame
from portal.web.database import session
from portal.web.filters import told
from portal.web.forms.brand import ACCEPT, BrandForm, LogoForm
from portal.web.htmx import page

bp = Blueprint("brands", __name__, url_prefix="/brands")

SHOWN = "wallet_credited"
"""The letter that a brand is shown with."""


@bp.get("")
@may("brand.read")
def index():
    """List the business entities that the reader reaches, with their logos and colours."""
    found = business_entities.all(session(), actor=g.actor)
    return _page("index", rows=[(entity, _brand(entity), brands.guard(entity.colour)) for entity in found])


@bp.get("/<uuid:entity_id>")
@may("brand.read")
def show(entity_id: UUID):
    """Show one brand: its words, its logo and its colour on light and dark ground, and the head of a letter."""
    return _show_page(_find(entity_id))


@bp.get("/<uuid:entity_id>/edit")
@may("brand.change")
def edit(entity_id: UUID):
    """Show a brand in the form; `?colour=` shows what becomes of another colour."""
    entity = _find(entity_id)
    form = BrandForm.of(entity)
    return _edit_page(entity, form, colour=request.args.get("colour", form.colour.data))


@bp.post("/<uuid:entity_id>")
@may("brand.change")
@proof.fresh
def update(entity_id: UUID):
    """Change a brand; what somebody else saved meanwhile in other fields stays."""
    entity, form = _find(entity_id), BrandForm()
    name, theirs = entity.name, []
    if form.validate_on_submit():
        try:
            brands.change(session(), entity, form.facts(), was=form.shown(), by=g.actor)
        except BrandChanged as refusal:
            theirs = form.against(BrandForm.of(entity), refusal.theirs)
            form = BrandForm.of(entity, **form.written())
        except BrandWrong as refusal:
            form.put(refusal)
        else:
            flash(f"{entity.name} is saved.")
            return redirect(url_for(".show", entity_id=entity_id), 303)
    return _edit_page(entity, form, colour=form.colour._value(), name=name, theirs=theirs, status=422)


@bp.post("/<uuid:entity_id>/logos")
@may("brand.change")
@proof.fresh
def create_logo(entity_id: UUID):
    """Put a logo in place."""
    entity, form = _find(entity_id), LogoForm()
    if not form.validate_on_submit():
        return _show_page(entity, form=form, status=422)
    try:
        brands.set_logo(session(), entity, form.logo.picture, seen=form.seen.data or "", by=g.actor)
    except LogoChanged as refusal:
        return _show_page(entity, refusal=told(refusal), status=refusal.status)
    flash(f"The logo of {entity.name} is in place. Mail from now on shows it.")
    return redirect(url_for(".show", entity_id=entity_id, _anchor="logos"), 303)


@bp.post("/<uuid:entity_id>/logos/removal")
@may("brand.change")
@proof.fresh
def remove_logo(entity_id: UUID):
    """Take the logo away; what was sent keeps it."""
    entity, form = _find(entity_id), LogoForm()
    try:
        brands.remove_logo(session(), entity, seen=form.seen.data or "", by=g.actor)
    except LogoChanged as refusal:
        return _show_page(entity, refusal=told(refusal), status=refusal.status)
    flash(f"{entity.name} stands there as a name again. What was sent keeps its logo.")
    return redirect(url_for(".show", entity_id=entity_id, _anchor="logos"), 303)


@bp.get("/<uuid:entity_id>/letter")
@may("brand.read")
def letter(entity_id: UUID):
    """Give a letter under a brand to the frames of its page."""
    entity = _find(entity_id)
    here = Place(LETTERS[SHOWN], entity, entity.locale if entity.locale in LOCALES else "en")
    return frame(here.example().render(here.letter, here.words(here.in_force())), dark="dark" in request.args)


def _find(entity_id: UUID) -> BusinessEntity:
    return brands.find(session(), g.actor, entity_id)


def _brand(entity: BusinessEntity) -> Brand:
    return Brand.of(entity, current_app.extensions["settings"].public_url)


def _show_page(entity: BusinessEntity, *, form: LogoForm | None = None, refusal: str = "", status: int = 200) -> Response:
    form = form or LogoForm(formdata=None)
    form.seen.data = entity.logo
    return _page(
        "show",
        status=status,
        entity=entity,
        brand=_brand(entity),
        logo_words=brands.logo_words(entity),
        guard=brands.guard(entity.colour),
        locales=LOCALES,
        form=form,
        accept=ACCEPT,
        refusal=refusal,
    )


def _edit_page(
    entity: BusinessEntity, form: BrandForm, *, colour: str, name: str = "", theirs: list | None = None, status: int = 200
) -> Response:
    try:
        guard = brands.guard(parse_colour(colour) if colour.strip() else "")
    except BadValue:
        guard = None
    shown = {"entity": entity, "name": name or entity.name, "form": form, "guard": guard, "theirs": theirs}
    return _page("edit", "guard", status=status, **shown)


def _page(template: str, block: str | None = None, *, status: int = 200, **context) -> Response:
    shown = {"contents": contents("console.settings.brands.index"), "changes": g.actor.may("brand.change")}
    return page(f"console/settings/brands/{template}.html", block, status=status, **shown, **context)
