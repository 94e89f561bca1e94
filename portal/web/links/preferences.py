"""What we send you, for the holder of a preferences link."""

from uuid import UUID

from flask import Response, flash, redirect, request, url_for

from portal.domain import communications
from portal.domain.links import Held
from portal.web.access import public, where_from
from portal.web.database import session
from portal.web.filters import told
from portal.web.forms import preferences as forms
from portal.web.htmx import page
from portal.web.links import flow
from portal.web.links.blueprint import bp


@bp.get("/preferences/<token>")
@public
def open_preferences(token: str):
    """Lead to the page at an address without the token."""
    return flow.arrive(token, "preferences")


@bp.get("/preferences")
@public
def preferences():
    """Show what the contact is sent."""
    return _page(flow.held("preferences"))


@bp.post("/preferences")
@public
def choose():
    """Save what the contact chose."""
    held = flow.held("preferences")
    chosen = forms.wishes(request.form, [held.contact])
    words = {held.contact.id: {key: f"{topic.label}: {topic.hint}" for key, topic in communications.CHOICES.items()}}
    try:
        made = communications.choose_all(
            session(), chosen, how="link", wording=words, handover=forms.handover(request.form), by=held.actor(**where_from())
        )
    except communications.LastRecipient as refusal:
        return _page(held, status=422, ticked=forms.ticks(request.form), question=forms.question(refusal, chosen))
    forms.say_saved(made, url_for(".undo_all"), ("link", str(held.link.id)))
    return redirect(url_for(".preferences"), 303)


@bp.post("/preferences/choices/<uuid:receipt_id>/reversal")
@public
def undo(receipt_id: UUID):
    """Undo a choice of this contact that still holds."""
    held = flow.held("preferences")
    try:
        communications.undo(session(), held.contact, receipt_id, handover=forms.handover(request.form), by=held.actor(**where_from()))
    except communications.LastRecipient as refusal:
        return _page(held, status=422, question=forms.question(refusal), action=request.path)
    except communications.NewerChoice as refusal:
        return _page(held, status=409, refusal=told(refusal))
    flash("Undone.")
    return redirect(url_for(".preferences"), 303)


@bp.post("/preferences/reversal")
@public
def undo_all():
    """Undo what this contact chose a moment ago."""
    held = flow.held("preferences")
    communications.undo_all(session(), forms.taken_back(request.form, [held.contact]), by=held.actor(**where_from()))
    flash("Undone.")
    return redirect(url_for(".preferences"), 303)


def _page(held: Held, *, status: int = 200, ticked=None, question=None, action: str = "", refusal: str = "") -> Response:
    rows = communications.matrix(session(), held.customer)
    return page(
        "links/preferences.html",
        status=status,
        held=held,
        site=held.customer.business_entity.name,
        own=next(row for row in rows if row.contact.id == held.contact.id),
        choices=communications.CHOICES,
        history=communications.history(session(), held.contact.id, limit=10),
        how_words=forms.HOW,
        ticked=ticked,
        question=question,
        action=action or url_for(".choose"),
        refusal=refusal,
    )
