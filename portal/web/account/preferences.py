"""What we send you: one's own choice on top, and that of all contacts for those who may choose for them."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, request, url_for

from portal.domain import communications, contacts, customers
from portal.domain.errors import NotAllowed
from portal.domain.permissions import ROLE_NAMES
from portal.model import Contact
from portal.web import htmx
from portal.web.access import may
from portal.web.account.contacts import contact_page
from portal.web.database import session
from portal.web.filters import told
from portal.web.forms import preferences, wallet_daily
from portal.web.htmx import page

bp = Blueprint("preferences", __name__, url_prefix="/preferences")


@bp.get("")
@may("self.read")
def show():
    """Show what the signed-in contact is sent, and to owners and billing managers what everybody is."""
    return _page(block="who" if "who" in request.args else "preferences")


@bp.post("")
@may("self.change")
def update():
    """Save the ticks that differ from what the page showed: one's own, or everybody's."""
    people = contacts.of_customer(session(), g.actor.customer_id)
    chosen = preferences.wishes(request.form, people)
    _allow(chosen)
    try:
        made = communications.choose_all(
            session(),
            chosen,
            how="form",
            wording=preferences.wording(chosen),
            handover=preferences.handover(request.form),
            by=g.actor,
        )
    except communications.LastRecipient as refusal:
        return _page(status=422, ticked=preferences.ticks(request.form), question=preferences.question(refusal, chosen))
    preferences.say_saved(made, url_for(".undo_all", topic=request.form.get("topic") or None))
    return redirect(_here(), 303)


@bp.post("/<uuid:contact_id>/wallet-activity")
@may("self.change")
def set_daily(contact_id: UUID):
    """Set whether wallet activity comes at once or once a day: one's own, or anybody's for those who may choose for them."""
    contact = contacts.find(session(), g.actor, g.actor.customer_id, contact_id)
    _allow([contact])
    preferences.say_saved(wallet_daily.save(contact, how="form", by=g.actor), url_for(".undo_all"))
    return redirect(_here() if contact.id == g.actor.contact_id else url_for("account.contacts.show", contact_id=contact.id), 303)


@bp.post("/reversal")
@may("self.change")
def undo_all():
    """Undo what was chosen a moment ago: one's own, or everybody's."""
    chosen = preferences.taken_back(request.form, contacts.of_customer(session(), g.actor.customer_id))
    _allow([contact for contact, _ in chosen])
    communications.undo_all(session(), chosen, by=g.actor)
    flash("Undone.")
    return redirect(_here(), 303)


@bp.post("/<uuid:contact_id>/choices/<uuid:receipt_id>/reversal")
@may("self.change")
def undo(contact_id: UUID, receipt_id: UUID):
    """Undo a choice that still holds: one's own, or anybody's for those who may choose for them."""
    contact = contacts.find(session(), g.actor, g.actor.customer_id, contact_id)
    _allow([contact])
    try:
        communications.undo(session(), contact, receipt_id, handover=preferences.handover(request.form), by=g.actor)
    except communications.LastRecipient as refusal:
        return contact_page(contact, status=422, question=preferences.question(refusal), action=request.path)
    except communications.NewerChoice as refusal:
        return contact_page(contact, status=409, refusal=told(refusal))
    flash("Undone.")
    return redirect(url_for("account.contacts.show", contact_id=contact.id), 303)


def _here() -> str:
    topic = request.values.get("topic", "")
    return url_for(".show", topic=topic if topic in dict(preferences.topic_choices()) else None)


def _allow(people) -> None:
    """Refuse choices for others to those who may choose for themselves only."""
    if not g.actor.may("account.preference") and any(contact.id != g.actor.contact_id for contact in people):
        raise NotAllowed("Your role may choose what you are sent yourself, not what others are.")


def _page(*, block: str = "preferences", status: int = 200, ticked=None, question=None) -> Response:
    customer = customers.find(session(), g.actor, g.actor.customer_id)
    rows = communications.matrix(session(), customer)
    topic = preferences.asked(request.values.get("topic", ""))
    all_may = g.actor.may("account.preference")
    own = next(row for row in rows if row.contact.id == g.actor.contact_id)
    return page(
        "account/preferences/show.html",
        block,
        status=status,
        customer=customer,
        own=own,
        daily=wallet_daily.shown(own.contact, url_for(".set_daily", contact_id=own.contact.id)),
        rows=rows if all_may else [],
        verdicts=communications.recipients(session(), customer, topic.key) if all_may else [],
        silence=communications.silence(session(), customer) if all_may else None,
        handed=communications.handed_over(session(), customer, rows) if all_may else [],
        choices=preferences.offered(),
        topic=topic,
        topic_choices=preferences.topic_choices(),
        groups=preferences.groups(preferences.offered()),
        role_names=ROLE_NAMES,
        how_words=preferences.HOW,
        contact_href=_contact_href,
        ticked=ticked,
        question=question,
        fragment=htmx.fragment_wanted(),
    )


def _contact_href(contact: Contact) -> str:
    return url_for("account.contacts.show", contact_id=contact.id)
