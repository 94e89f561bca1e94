"""The people at the customer, as its own people see and keep them."""

from uuid import UUID

from flask import Response, flash, g, redirect, request, url_for

from portal.domain import communications, contacts, customers
from portal.domain.errors import Refusal
from portal.domain.permissions import ROLE_NAMES
from portal.model import Contact
from portal.web import contact_merging
from portal.web.access import may
from portal.web.account.contacts.blueprint import bp
from portal.web.contact_access import asked, panel
from portal.web.database import session
from portal.web.filters import told
from portal.web.forms import preferences, wallet_daily
from portal.web.forms.contact import ContactForm
from portal.web.htmx import page
from portal.web.toasts import toast


@bp.get("")
@may("account.read")
def index():
    """List the people here, with what each may do and whether mail reaches them."""
    people = contacts.of_customer(session(), g.actor.customer_id)
    return page("account/contacts/index.html", people=people, role_names=ROLE_NAMES)


@bp.get("/new")
@may("account.contact")
def new():
    """Show the empty form for a contact."""
    return _form_page(_form())


@bp.post("")
@may("account.contact")
def create():
    """Add a contact."""
    form = _form()
    if form.validate_on_submit():
        customer = customers.find(session(), g.actor, g.actor.customer_id)
        try:
            contact = contacts.add(session(), customer, form.facts(), by=g.actor)
        except Refusal as refusal:
            form.put(refusal)
        else:
            flash(f"{contact.name} is a contact now.")
            return redirect(url_for(".index"), 303)
    return _form_page(form, status=422)


@bp.get("/<uuid:contact_id>")
@may("account.read")
def show(contact_id: UUID):
    """Show one contact, and what was chosen for it to those who may choose."""
    return contact_page(contacts.find(session(), g.actor, g.actor.customer_id, contact_id))


def contact_page(contact: Contact, *, status: int = 200, question=None, refusal: str = "", action: str = "") -> Response:
    """Answer with one contact's page; `question` who would take over, put to `action`; `refusal` why nothing was done."""
    own = contact.id == g.actor.contact_id
    may_choose = own or g.actor.may("account.preference")
    return page(
        "account/contacts/show.html",
        status=status,
        contact=contact,
        own=own,
        may_choose=may_choose,
        history=communications.history(session(), contact.id) if may_choose else [],
        daily=wallet_daily.shown(contact, url_for("account.preferences.set_daily", contact_id=contact.id)),
        undo_href=lambda receipt: url_for("account.preferences.undo", contact_id=contact.id, receipt_id=receipt.id),
        parts=contacts.parts_of(session(), contact.id),
        undone=contact_merging.undone(contact),
        others=len(contacts.of_customer(session(), g.actor.customer_id)) > 1,
        role_names=ROLE_NAMES,
        how_words=preferences.HOW,
        access=panel(
            contact,
            gives=g.actor.may("account.people"),
            invite_href=url_for("account.people.invite", contact_id=contact.id),
            role_href=url_for("account.people.give", contact_id=contact.id),
        ),
        question=question,
        refusal=refusal,
        action=action,
    )


@bp.get("/<uuid:contact_id>/edit")
@may("account.contact")
def edit(contact_id: UUID):
    """Show the form with what is known of a contact."""
    contact = contacts.find(session(), g.actor, g.actor.customer_id, contact_id)
    form = _form(contact)
    form.seen.data = contact.updated_at.isoformat()
    return _form_page(form, contact)


@bp.post("/<uuid:contact_id>")
@may("account.contact")
def update(contact_id: UUID):
    """Change a contact."""
    contact = contacts.find(session(), g.actor, g.actor.customer_id, contact_id)
    form = _form(contact)
    theirs: list[dict] = []
    if form.validate_on_submit():
        try:
            contacts.change(session(), contact, form.facts(), seen=form.seen_at, by=g.actor)
        except contacts.Changed:
            theirs = form.differences(contact)
            form.seen.data = contact.updated_at.isoformat()
        except Refusal as refusal:
            form.put(refusal)
        else:
            flash(f"{contact.name} is saved.")
            return redirect(url_for(".show", contact_id=contact.id), 303)
    return _form_page(form, contact, status=422, theirs=theirs)


@bp.post("/<uuid:contact_id>/removal")
@may("account.contact")
def remove(contact_id: UUID):
    """Remove a contact; what only this one got is handed over first, or the page asks to whom."""
    contact = contacts.find(session(), g.actor, g.actor.customer_id, contact_id)
    try:
        contacts.remove(session(), contact, handover=preferences.handover(request.form), by=g.actor)
    except communications.LastRecipient as refusal:
        return contact_page(contact, status=422, question=preferences.question(refusal), action=request.path)
    except (contacts.PrimaryStays, contacts.LastOwner) as refusal:
        return contact_page(contact, status=422, refusal=told(refusal))
    toast(f"{contact.name} is no contact any more.", undo=url_for(".restore", contact_id=contact.id))
    return redirect(url_for(".index"), 303)


@bp.post("/<uuid:contact_id>/verification")
@may("account.contact")
def ask_to_confirm(contact_id: UUID):
    """Ask a contact by mail to confirm the address."""
    contact = contacts.find(session(), g.actor, g.actor.customer_id, contact_id)
    try:
        message = contacts.ask_to_confirm(session(), contact, by=g.actor)
    except contacts.ConfirmedAlready as refusal:
        return contact_page(contact, status=409, refusal=told(refusal))
    flash(asked(contact, message))
    return redirect(url_for(".show", contact_id=contact.id), 303)


def _form(contact: Contact | None = None) -> ContactForm:
    form = ContactForm(obj=contact)
    form.offer_roles(gives=g.actor.may("account.people"), current=contact.portal_role if contact else "none")
    return form


def _form_page(form: ContactForm, contact: Contact | None = None, *, status: int = 200, theirs=()) -> Response:
    template = "account/contacts/edit.html" if contact else "account/contacts/new.html"
    return page(template, status=status, form=form, contact=contact, theirs=theirs)
