"""Stopping one kind of mail, for the holder of an unsubscribe link; and the mail program's one click (RFC 8058)."""

from uuid import UUID

from flask import Response, flash, redirect, request, url_for

from portal.domain import communications, links
from portal.domain.errors import Refusal
from portal.domain.links import Held
from portal.domain.topics import BILLING, MARKETING, Topic
from portal.web.access import public
from portal.web.csrf import protect
from portal.web.database import session
from portal.web.forms import preferences as forms
from portal.web.htmx import page
from portal.web.links import flow
from portal.web.links.blueprint import bp
from portal.web.signed_in import where_from

CLASSES = {BILLING: "all billing mail", MARKETING: "all marketing mail"}


class NotOneClick(Refusal):
    """A POST to the link itself is the mail program's one click, and nothing else."""

    status = 400
    sentence = "This address takes the one click of a mail program only. Open the link in a browser to be asked."


@bp.get("/unsubscribe/<token>")
@public
def open_unsubscribe(token: str):
    """Lead to the page at an address without the token."""
    return flow.arrive(token, "unsubscribe")


@bp.post("/unsubscribe/<token>")
@public
def one_click(token: str):
    """Stop the topic at once: no cookie, no session, no question (RFC 8058 section 3.2)."""
    if request.form.get("List-Unsubscribe") != "One-Click":
        raise NotOneClick
    held = links.find(session(), token, "unsubscribe")
    words = {held.topic.key: "List-Unsubscribe=One-Click: the unsubscribe button of a mail program"}
    by = held.actor(**where_from())
    communications.choose(session(), held.contact, {held.topic.key: False}, how="one_click", wording=words, by=by)
    return Response(f"Done. {held.topic.label}: not sent to this address any more.\n", mimetype="text/plain")


# A mail provider's server has no form of ours to take a token from. What this one view does needs the link's own token, and the
# view reads no cookie. Named twice: for the token check by function, for the look at the Origin header by endpoint.
protect.exempt(one_click)
protect.exempt("links.one_click")


@bp.get("/unsubscribe")
@public
def unsubscribe():
    """Ask whether to stop, or say that it is stopped, with undo."""
    return _page(flow.held("unsubscribe"))


@bp.post("/unsubscribe")
@public
def stop():
    """Stop the topic."""
    held = flow.held("unsubscribe")
    words = {held.topic.key: f"Stop {held.topic.words}?"}
    try:
        communications.choose(
            session(),
            held.contact,
            {held.topic.key: False},
            how="link",
            wording=words,
            handover=forms.handover(request.form),
            by=held.actor(**where_from()),
        )
    except communications.LastRecipient:
        return _page(held, status=422)
    return redirect(url_for(".unsubscribe"), 303)


@bp.post("/unsubscribe/class")
@public
def stop_class():
    """Stop all topics of the same class."""
    held = flow.held("unsubscribe")
    chosen = {held.contact: {topic.key: False for topic in _class_of(held)}}
    words = {held.contact.id: dict.fromkeys(chosen[held.contact], f"Stop {CLASSES[held.topic.kind]}")}
    try:
        made = communications.choose_all(
            session(), chosen, how="link", wording=words, handover=forms.handover(request.form), by=held.actor(**where_from())
        )
    except communications.LastRecipient as refusal:
        return _page(held, status=422, question=forms.question(refusal))
    forms.say_saved(made, url_for(".undo_class"), ("link", str(held.link.id)))
    return redirect(url_for(".unsubscribe"), 303)


@bp.post("/unsubscribe/reversal")
@public
def undo_class():
    """Undo the stopping of a class."""
    held = flow.held("unsubscribe")
    communications.undo_all(session(), forms.taken_back(request.form, [held.contact]), by=held.actor(**where_from()))
    flash("Undone.")
    return redirect(url_for(".unsubscribe"), 303)


@bp.post("/unsubscribe/choices/<uuid:receipt_id>/reversal")
@public
def undo_stop(receipt_id: UUID):
    """Undo the stopping."""
    held = flow.held("unsubscribe")
    receipt = _receipt(held)
    if receipt is None or receipt.id != receipt_id:
        return _page(held, status=409)
    communications.undo(session(), held.contact, receipt_id, by=held.actor(**where_from()))
    flash(f"Undone. {held.topic.label}: sent to you again.")
    return redirect(url_for(".unsubscribe"), 303)


def _class_of(held: Held) -> list[Topic]:
    """List the topics of the link's class that the contact is sent."""
    row = next(row for row in communications.matrix(session(), held.customer) if row.contact.id == held.contact.id)
    return [topic for key, topic in forms.offered().items() if topic.kind == held.topic.kind and row.wanted[key]]


def _page(held: Held, *, status: int = 200, question=None) -> Response:
    verdicts = communications.recipients(session(), held.customer, held.topic.key)
    own = _receipt(held)
    wanted = communications.wants(held.contact, held.topic, {held.topic.key: own.wanted} if own else {})
    return page(
        "links/unsubscribe.html",
        status=status,
        held=held,
        site=held.customer.business_entity.name,
        topic=held.topic,
        kept="keep" in request.args,
        wanted=wanted,
        undoable=own if own is not None and not own.wanted else None,
        others=[verdict.contact for verdict in verdicts if verdict.will and verdict.contact.id != held.contact.id],
        question=question,
        class_words=CLASSES[held.topic.kind],
        class_topics=_class_of(held),
        loss=communications.loss_by(session(), held.contact, held.topic.key) if wanted else None,
    )


def _receipt(held: Held):
    """Give the receipt of what holds now for the link's topic, where anybody chose."""
    rows = communications.matrix(session(), held.customer)
    return next(row.receipts.get(held.topic.key) for row in rows if row.contact.id == held.contact.id)
