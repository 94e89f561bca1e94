"""Addresses that are not written to: listed, added, released."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, request, url_for

from portal.domain import suppressions
from portal.domain.errors import Refusal
from portal.values.text import clean_line
from portal.web.access import may
from portal.web.database import session
from portal.web.forms.delivery import SuppressionForm
from portal.web.htmx import page
from portal.web.query import identifier

bp = Blueprint("suppressions", __name__, url_prefix="/suppressions")


@bp.get("")
@may("suppression.read")
def index() -> Response:
    """List the addresses that are not written to, the newest first: by address, scope and reason; or those released."""
    return _page(SuppressionForm(formdata=None))


@bp.post("")
@may("suppression.change")
def create() -> Response:
    """Stop mail to an address."""
    form = SuppressionForm()
    if form.validate_on_submit():
        try:
            made = suppressions.add(
                session(), form.address.data, scope=form.scope.data, reason=form.reason.data, note=form.note.data or "", by=g.actor
            )
        except Refusal as refusal:
            form.put(refusal)
        else:
            flash(" ".join([f"{made.suppression.email_key} is not written to any more.", *(one.sentence for one in made.successions)]))
            return redirect(url_for(".index"), 303)
    return _page(form, status=422)


@bp.post("/<uuid:suppression_id>/release")
@may("suppression.change")
def release(suppression_id: UUID) -> Response:
    """Let an address be written to again, with a reason."""
    found = suppressions.find(session(), suppression_id)
    try:
        suppressions.release(session(), found, note=clean_line(request.form.get("note", "")), by=g.actor)
    except suppressions.NothingToRelease as refusal:
        return _page(SuppressionForm(formdata=None), status=409, refusal=str(refusal))
    flash(f"{found.email_key} is written to again.")
    return redirect(url_for(".index"), 303)


def _page(form: SuppressionForm, *, status: int = 200, refusal: str = "") -> Response:
    scopes = suppressions.scopes(session())
    asked = {
        "q": clean_line(request.args.get("q", "")),
        "scope": _one_of("scope", scopes),
        "reason": _one_of("reason", suppressions.REASONS),
    }
    released = "released" in request.args
    found = suppressions.page(session(), **asked, released=released, before=identifier("before"))
    kept = {name: value for name, value in asked.items() if value} | ({"released": 1} if released else {})
    return page(
        "console/suppressions/index.html",
        "list",
        status=status,
        found=found,
        asked=asked,
        released=released,
        kept=kept,
        older=url_for(".index", **kept, before=found.older) if found.older else None,
        form=form,
        scopes=scopes,
        reasons=suppressions.REASONS,
        refusal=refusal,
    )


def _one_of(name: str, known) -> str:
    return asked if (asked := request.args.get(name, "")) in known else ""
