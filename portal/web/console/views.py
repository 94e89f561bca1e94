"""Saved views of the customers: kept under a name, shared, renamed, removed."""

from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, request, url_for

from portal.domain import attributes, business_entities, listing, saved_views
from portal.domain.errors import Refusal
from portal.domain.listing import Filters
from portal.model import SavedView
from portal.web.access import may
from portal.web.console.customers import filtering
from portal.web.database import session
from portal.web.filters import told
from portal.web.forms.saved_view import SavedViewForm
from portal.web.htmx import page

bp = Blueprint("views", __name__, url_prefix="/views")


@bp.get("")
@may("customer.read")
def index() -> Response:
    """List the operator's own views, and those shared with all."""
    found = [(view, name, _chips(view.query), address(view)) for view, name in saved_views.all(session(), g.actor)]
    return page("console/views/index.html", views=found)


@bp.get("/new")
@may("view.save")
def new() -> Response:
    """Ask for the name of the view that the list showed: its filters, search and order are the query."""
    return _new_page(SavedViewForm(formdata=None, data={"query": _tidy(request.query_string.decode(errors="replace"))}))


@bp.post("")
@may("view.save")
def create() -> Response:
    """Keep a view."""
    form = SavedViewForm()
    form.query.data = _tidy(form.query.data or "")
    if form.validate_on_submit():
        try:
            view = saved_views.save(session(), form.name.data, form.query.data, shared=form.shared.data, by=g.actor)
        except Refusal as refusal:
            _put(form, refusal)
        else:
            flash(f"{view.name} stands in {'everybody’s' if view.shared else 'your'} margin.")
            return redirect(address(view), 303)
    return _new_page(form, status=422)


@bp.get("/<uuid:view_id>/edit")
@may("view.save")
def edit(view_id: UUID) -> Response:
    """Show a view's name and who sees it, to be changed."""
    view = saved_views.find(session(), g.actor, view_id)
    return _edit_page(view, SavedViewForm(formdata=None, data={"name": view.name, "shared": view.shared}))


@bp.post("/<uuid:view_id>")
@may("view.save")
def update(view_id: UUID) -> Response:
    """Rename a view, share it or take it back."""
    view, form = saved_views.find(session(), g.actor, view_id), SavedViewForm()
    if form.validate_on_submit():
        try:
            saved_views.change(session(), view, form.name.data, shared=form.shared.data, by=g.actor)
        except Refusal as refusal:
            _put(form, refusal)
            return _edit_page(view, form, status=refusal.status)
        flash(f"{view.name} is saved.")
        return redirect(url_for(".index"), 303)
    return _edit_page(view, form, status=422)


@bp.post("/<uuid:view_id>/removal")
@may("view.save")
def remove(view_id: UUID) -> Response:
    """Take a view away."""
    view = saved_views.find(session(), g.actor, view_id)
    saved_views.remove(session(), view, by=g.actor)
    flash(f"{view.name} is gone from the margin.")
    return redirect(url_for(".index"), 303)


def address(view: SavedView) -> str:
    """Give the address of the list as a view shows it."""
    return f"{url_for('console.customers.index')}?{view.query}"


def _new_page(form: SavedViewForm, *, status: int = 200) -> Response:
    query = form.query.data or ""
    back = url_for("console.customers.index") + (f"?{query}" if query else "")
    return page("console/views/new.html", form=form, chips=_chips(query), back=back, status=status)


def _edit_page(view: SavedView, form: SavedViewForm, *, status: int = 200) -> Response:
    own = view.user_id == g.actor.user_id
    return page("console/views/edit.html", form=form, view=view, own=own, chips=_chips(view.query), href=address(view), status=status)


def _tidy(query: str) -> str:
    """Give what of a query narrows or orders the list, as the list itself writes it."""
    pairs = parse_qsl(query)
    filters = Filters.read(pairs)
    sort = dict(pairs).get("sort", "")
    return urlencode(filters.pairs() + ([("sort", sort)] if sort.removeprefix("-") in listing.SORTS else []))


def _chips(query: str) -> list[dict]:
    """Say in words what a view shows."""
    pairs = parse_qsl(query)
    filters = Filters.read(pairs)
    if filters.attributes:
        filters = filters.fitting(attributes.columns(session()))
    entities = business_entities.all(session(), actor=g.actor) if "entity" in filters.values else []
    made = [{"name": "Search", "value": f"“{filters.q}”"}] if filters.q else []
    made += [{"name": chip["name"], "value": chip["value"]} for chip in filtering.chips(filters, entities, _Nowhere())]
    sort = dict(pairs).get("sort", "")
    return made + ([{"name": "Order", "value": _order(sort)}] if sort else [])


def _order(sort: str) -> str:
    words = sort.removeprefix("-").replace("_", " ")
    return f"{words}, the other way round" if sort.startswith("-") else words


class _Nowhere:
    """The address of chips that cannot be taken away."""

    def without(self, name: str) -> str:
        return ""


def _put(form: SavedViewForm, refusal: Refusal) -> None:
    if refusal.field == "name":
        form.name.errors = [*form.name.errors, told(refusal)]
    else:
        form.form_errors.append(told(refusal))
