"""What we send you, for the holder of a preferences link."""

from uuid import UUID

from flask import Response, flash, redirect, request, url_for

from portal.domain import communications, settings_links
from portal.domain.errors import NotFound
from portal.domain.links import Held
from portal.domain.sign_in import mint_link
from portal.web.access import public
from portal.web.database import session
from portal.web.filters import told
from portal.web.forms import preferences as forms
from portal.web.forms import wallet_daily
from portal.web.htmx import page
from portal.web.links import flow
from portal.web.links.blueprint import bp
from portal.web.signed_in import where_from


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
    words = {held.contact.id: {key: f"{topic.label}: {topic.hint}" for key, topic in forms.offered().items()}}
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


@bp.post("/preferences/wallet-activity")
@public
def set_daily():
    """Set whether wallet activity comes at once or once a day."""
    held = flow.held("preferences")
    made = wallet_daily.save(held.contact, how="link", by=held.actor(**where_from()))
    forms.say_saved(made, url_for(".undo_all"), ("link", str(held.link.id)))
    return redirect(url_for(".preferences"), 303)


@bp.post("/preferences/reversal")
@public
def undo_all():
    """Undo what this contact chose a moment ago."""
    held = flow.held("preferences")
    communications.undo_all(session(), forms.taken_back(request.form, [held.contact]), by=held.actor(**where_from()))
    flash("Undone.")
    return redirect(url_for(".preferences"), 303)


@bp.post("/preferences/places")
@public
def go_to_place():
    """Go on to what the same address is sent for another customer, by a link of its own."""
    held = flow.held("preferences")
    there = {str(row.id): row.id for row in settings_links.others(session(), held.link, held.contact)}
    if (contact_id := there.get(request.form.get("contact", ""))) is None:
        raise NotFound
    token = mint_link(session(), purpose="preferences", contact_id=contact_id, message_id=held.link.message_id)
    return flow.hand(token, "preferences")


def _page(held: Held, *, status: int = 200, ticked=None, question=None, action: str = "", refusal: str = "") -> Response:
    rows = communications.matrix(session(), held.customer)
    return page(
        "links/preferences.html",
        status=status,
        held=held,
        site=held.customer.business_entity.name,
        own=next(row for row in rows if row.contact.id == held.contact.id),
        choices=forms.offered(),
        daily=wallet_daily.shown(held.contact, url_for(".set_daily")),
        places=settings_links.others(session(), held.link, held.contact),
        history=communications.history(session(), held.contact.id, limit=10),
        how_words=forms.HOW,
        ticked=ticked,
        question=question,
        action=action or url_for(".choose"),
        refusal=refusal,
    )
