"""A customer's contacts: who they are, what each is sent, and what was chosen when."""

from uuid import UUID

from flask import Response, flash, g, redirect, request, url_for

from portal.domain import communications, contacts, customers, suppressions
from portal.domain.errors import Refusal
from portal.domain.permissions import ROLE_NAMES
from portal.model import Contact, Customer
from portal.values import locales
from portal.web import contact_merging, htmx
from portal.web.access import may
from portal.web.console.contacts.blueprint import bp
from portal.web.console.customer_page import customer_page
from portal.web.contact_access import asked, panel
from portal.web.database import session
from portal.web.filters import told
from portal.web.forms import preferences, wallet_daily
from portal.web.forms.contact import ContactForm
from portal.web.toasts import toast


@bp.get("")
@may("customer.read")
def index(customer_id: UUID):
    """Show who is sent what, and who will get the topic that is asked about."""
    return contacts_page(customers.find(session(), g.actor, customer_id))


def contacts_page(customer: Customer, *, block: str = "contacts", status: int = 200, ticked=None, question=None) -> Response:
    """Answer with the matrix; `ticked` are the ticks that were sent and not saved, `question` who would take over."""
    topic = preferences.asked(request.values.get("topic", ""))
    rows = communications.matrix(session(), customer)
    return customer_page(
        customer,
        "console/contacts/index.html",
        section="contacts",
        block=block,
        status=status,
        rows=rows,
        verdicts=communications.recipients(session(), customer, topic.key),
        silence=communications.silence(session(), customer),
        handed=communications.handed_over(session(), customer, rows),
        topic=topic,
        topic_choices=preferences.topic_choices(),
        contact_href=lambda contact: url_for("console.contacts.show", customer_id=customer.id, contact_id=contact.id),
        groups=preferences.groups(preferences.offered()),
        role_names=ROLE_NAMES,
        how_words=preferences.HOW,
        ticked=ticked,
        question=question,
        fragment=htmx.fragment_wanted(),
    )


@bp.get("/new")
@may("contact.change")
def new(customer_id: UUID):
    """Show the empty form for a contact."""
    return _form_page(customers.find(session(), g.actor, customer_id), ContactForm())


@bp.post("")
@may("contact.change")
def create(customer_id: UUID):
    """Add a contact."""
    customer = customers.find(session(), g.actor, customer_id)
    form = ContactForm()
    if form.validate_on_submit():
        try:
            contact = contacts.add(session(), customer, form.facts(), by=g.actor)
        except Refusal as refusal:
            form.put(refusal)
        else:
            flash(f"{contact.name} is a contact now.")
            return redirect(url_for(".index", customer_id=customer.id), 303)
    return _form_page(customer, form, status=422)


@bp.get("/<uuid:contact_id>")
@may("customer.read")
def show(customer_id: UUID, contact_id: UUID):
    """Show one contact, and the history of what was chosen for it."""
    customer = customers.find(session(), g.actor, customer_id)
    return contact_page(customer, contacts.find(session(), g.actor, customer_id, contact_id))


def contact_page(
    customer: Customer, contact: Contact, *, status: int = 200, question=None, refusal: str = "", action: str = ""
) -> Response:
    """Answer with one contact's page; `question` who would take over, put to `action`; `refusal` why nothing was done."""
    return customer_page(
        customer,
        "console/contacts/show.html",
        section="contacts",
        status=status,
        contact=contact,
        history=communications.history(session(), contact.id),
        role_names=ROLE_NAMES,
        how_words=preferences.HOW,
        undo_href=lambda receipt: url_for(
            "console.preferences.undo", customer_id=customer.id, contact_id=contact.id, receipt_id=receipt.id
        ),
        daily=wallet_daily.shown(contact, url_for("console.preferences.set_daily", customer_id=customer.id, contact_id=contact.id)),
        languages=locales.LOCALES,
        elsewhere=contacts.elsewhere(session(), g.actor, contact),
        parts=contacts.parts_of(session(), contact.id),
        undone=contact_merging.undone(contact),
        others=len(contacts.of_customer(session(), customer.id)) > 1,
        stopped=suppressions.of_address(session(), contact.email_key),
        scopes=suppressions.scopes(session()),
        reasons=suppressions.REASONS,
        access=panel(
            contact,
            gives=g.actor.may("contact.change"),
            invite_href=url_for("console.people.invite", customer_id=customer.id, contact_id=contact.id),
            role_href=url_for("console.people.give", customer_id=customer.id, contact_id=contact.id),
        ),
        question=question,
        refusal=refusal,
        action=action,
    )


@bp.get("/<uuid:contact_id>/edit")
@may("contact.change")
def edit(customer_id: UUID, contact_id: UUID):
    """Show the form with what is known of a contact."""
    customer = customers.find(session(), g.actor, customer_id)
    contact = contacts.find(session(), g.actor, customer_id, contact_id)
    form = ContactForm(obj=contact)
    form.seen.data = contact.updated_at.isoformat()
    return _form_page(customer, form, contact)


@bp.post("/<uuid:contact_id>")
@may("contact.change")
def update(customer_id: UUID, contact_id: UUID):
    """Change a contact."""
    customer = customers.find(session(), g.actor, customer_id)
    contact = contacts.find(session(), g.actor, customer_id, contact_id)
    form = ContactForm()
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
            return redirect(url_for(".show", customer_id=customer.id, contact_id=contact.id), 303)
    return _form_page(customer, form, contact, status=422, theirs=theirs)


@bp.post("/<uuid:contact_id>/removal")
@may("contact.change")
def remove(customer_id: UUID, contact_id: UUID):
    """Remove a contact; what only this one got is handed over first, or the page asks to whom."""
    customer = customers.find(session(), g.actor, customer_id)
    contact = contacts.find(session(), g.actor, customer_id, contact_id)
    try:
        contacts.remove(session(), contact, handover=preferences.handover(request.form), by=g.actor)
    except communications.LastRecipient as refusal:
        action = url_for(".remove", customer_id=customer.id, contact_id=contact.id)
        return contact_page(customer, contact, status=422, question=preferences.question(refusal), action=action)
    except contacts.PrimaryStays as refusal:
        return contact_page(customer, contact, status=422, refusal=told(refusal))
    toast(f"{contact.name} is no contact any more.", undo=url_for(".restore", customer_id=customer.id, contact_id=contact.id))
    return redirect(url_for(".index", customer_id=customer.id), 303)


@bp.post("/<uuid:contact_id>/confirmation")
@may("contact.change")
def write_once_more(customer_id: UUID, contact_id: UUID):
    """Write once more to a contact whose mail came back: a mail to confirm the address."""
    customer = customers.find(session(), g.actor, customer_id)
    contact = contacts.find(session(), g.actor, customer_id, contact_id)
    try:
        suppressions.write_once_more(session(), contact, by=g.actor)
    except suppressions.NotBouncing as refusal:
        return contact_page(customer, contact, status=409, refusal=told(refusal))
    flash(f"A mail to confirm the address goes to {contact.email}. Until somebody does, it is unverified.")
    return redirect(url_for(".show", customer_id=customer.id, contact_id=contact.id), 303)


@bp.post("/<uuid:contact_id>/verification")
@may("contact.change")
def ask_to_confirm(customer_id: UUID, contact_id: UUID):
    """Ask a contact by mail to confirm the address."""
    customer = customers.find(session(), g.actor, customer_id)
    contact = contacts.find(session(), g.actor, customer_id, contact_id)
    try:
        message = contacts.ask_to_confirm(session(), contact, by=g.actor)
    except contacts.ConfirmedAlready as refusal:
        return contact_page(customer, contact, status=409, refusal=told(refusal))
    flash(asked(contact, message))
    return redirect(url_for(".show", customer_id=customer.id, contact_id=contact.id), 303)


def _form_page(customer: Customer, form: ContactForm, contact: Contact | None = None, *, status: int = 200, theirs=()) -> Response:
    template = "console/contacts/edit.html" if contact else "console/contacts/new.html"
    return customer_page(customer, template, section="contacts", status=status, form=form, contact=contact, theirs=theirs)
