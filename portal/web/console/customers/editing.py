"""Adding and changing a customer."""

from uuid import UUID

from flask import Response, flash, g, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from portal.domain import addresses, attributes, business_entities, customers, family, overview, tax_ids
from portal.domain.customers import Changed
from portal.domain.errors import Refusal
from portal.model import BusinessEntity, Customer
from portal.values.addresses import warnings
from portal.web.access import may
from portal.web.console.customers.blueprint import bp
from portal.web.database import session
from portal.web.filters import reader
from portal.web.forms import merging
from portal.web.forms.customer import ATTRIBUTE, CustomerForm, values_of
from portal.web.htmx import page

MORE = {"add_tax_id": "tax_ids", "show_attributes": "attributes"}
"""Buttons that save nothing and show the form with more fields, each with the block that they are in."""


@bp.get("/new")
@may("customer.change")
def new():
    """Show the empty form; `?parent=` is the customer it shall stand under."""
    parent = customers.find(session(), g.actor, UUID(request.args["parent"])) if _is_uuid(request.args.get("parent")) else None
    entity = parent.business_entity if parent else business_entities.default(session(), actor=g.actor)
    form = _form(None, entity, data={"business_entity": str(entity.id), "parent": parent.id if parent else None}, parent=parent)
    return _new_page(form)


@bp.post("/")
@may("customer.change")
def create():
    """Add the customer, or show the form again with what is wrong."""
    form = _form(request.form, business_entities.default(session()))
    if more := _more():
        return _with_more(form, more, _new_page)
    if form.validate():
        try:
            customer = customers.add(session(), form.facts(), by=g.actor)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            _say_doubts(form)
            flash(f"{customer.name} is added.")
            return redirect(url_for("console.customers.show", customer_id=customer.id), 303)
    return _new_page(form, status=422)


@bp.get("/<uuid:customer_id>/edit")
@may("customer.change")
def edit(customer_id: UUID):
    """Show the form with what is saved."""
    customer = customers.find(session(), g.actor, customer_id)
    return _edit_page(customer, _saved_form(customer))


@bp.post("/<uuid:customer_id>")
@may("customer.change")
def update(customer_id: UUID):
    """Save what was changed; what somebody else saved in between is shown beside it and chosen from."""
    customer = customers.find(session(), g.actor, customer_id)
    sent = request.form
    if merging.chosen(sent):
        theirs = _saved_form(customer)
        sent = merging.adopt(sent, theirs, theirs.parts)
    form = _form(sent, customer.business_entity, customer=customer)
    if more := _more():
        return _with_more(form, more, lambda form, **options: _edit_page(customer, form, **options))
    if form.validate():
        try:
            customers.change(session(), customer, form.facts(), version=_number(form.version.data), by=g.actor)
        except Changed as changed:
            return _both(customer, form, changed)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            _say_doubts(form)
            flash("Saved.")
            return redirect(url_for("console.customers.show", customer_id=customer.id), 303)
    return _edit_page(customer, form, status=422)


@bp.get("/named")
@may("customer.read")
def named():
    """List customers whose name or ID begins as typed, for the parent's field."""
    return render_template("console/customers/named.html", rows=family.near(session(), request.args.get("parent", ""), actor=g.actor))


def _form(sent: MultiDict | None, entity, *, customer: Customer | None = None, data: dict | None = None, parent=None) -> CustomerForm:
    """Make the form for a new customer, or for one that is there."""
    form = CustomerForm(formdata=sent, data=data or ({"parent": customer.parent_id} if customer else None))
    parent = parent or (customer.parent if customer else None)
    form.parent.kept = family.shown(parent)
    entities = business_entities.all(session(), actor=g.actor)
    form.set_up(entities, entity, lambda text: family.named(session(), text, actor=g.actor).id)
    if customer is not None and overview.fixed_since(session(), customer.id):
        del form.business_entity
    _ask(form, _chosen(form, entities, entity), sent, customer)
    if not form.tax_ids.entries:
        form.add_tax_id()
    return form


def _chosen(form: CustomerForm, entities: list[BusinessEntity], entity: BusinessEntity) -> BusinessEntity:
    """Give the business entity that the form says, or the given one where it says none of ours."""
    said = form.business_entity._value() if form.business_entity else ""
    return next((one for one in entities if str(one.id) == said), entity)


def _ask(form: CustomerForm, entity: BusinessEntity, sent: MultiDict | None, customer: Customer | None) -> None:
    """Add the attributes that the business entity asks for, a new customer's with their defaults."""
    definitions = attributes.all(session())
    kept = customer.attributes if customer else attributes.defaults(definitions)
    form.ask(definitions, entity, kept, sent=sent, locale=reader()[0])


def _saved_form(customer: Customer) -> CustomerForm:
    """Make the form as it shows what is saved."""
    kept = values_of(customer, addresses.of_customer(session(), customer.id), tax_ids.of_customer(session(), customer.id))
    form = _form(None, customer.business_entity, customer=customer, data=kept)
    form.was.data = merging.marks(form, form.parts)
    return form


def _both(customer: Customer, form: CustomerForm, changed: Changed) -> Response:
    """Show the form again with yours, and theirs beside it where the two differ."""
    customer = customers.find(session(), g.actor, customer.id)
    theirs = _saved_form(customer)
    touched = {"business_entity" if key == "business_entity_id" else key.removesuffix("_id") for key in changed.theirs}
    touched |= {key.replace("attributes.", ATTRIBUTE, 1) for key in changed.theirs}
    differing = merging.differences(form, theirs, form.parts, touched, form.was.data)
    form.version.data, form.was.data = str(changed.version), theirs.was.data
    return _edit_page(customer, form, status=409, changed=changed, differing=differing)


def _more() -> str:
    """Name the button of MORE that was pressed, if it was one of them."""
    return next((name for name in MORE if name in request.form), "")


def _with_more(form: CustomerForm, more: str, answer) -> Response:
    if more == "add_tax_id":
        form.add_tax_id()
    return answer(form, block=MORE[more])


def _new_page(form: CustomerForm, *, status: int = 200, block: str | None = None) -> Response:
    return page(
        "console/customers/new.html",
        block,
        status=status,
        form=form,
        contents=_contents(form),
        heading="Add a customer",
        action=url_for("console.customers.create"),
        draft="customer-new",
        cancel_href=url_for("console.customers.index"),
        back_words="Customers",
        save_words="Add customer",
    )


def _edit_page(customer: Customer, form: CustomerForm, *, status: int = 200, block: str | None = None, **context) -> Response:
    return page(
        "console/customers/edit.html",
        block,
        status=status,
        customer=customer,
        form=form,
        contents=_contents(form),
        heading=f"Edit {customer.name}",
        action=url_for("console.customers.update", customer_id=customer.id),
        draft=f"customer-{customer.id}-{form.version.data}",
        cancel_href=url_for("console.customers.show", customer_id=customer.id),
        back_words="Back, unchanged",
        save_words="Save customer",
        fixed=overview.fixed_since(session(), customer.id) if not form.business_entity else None,
        **context,
    )


def _contents(form: CustomerForm) -> list[dict]:
    """List the parts of the form for the margin, each with the number of its errors."""
    return [{"label": title, "href": f"#{anchor}", "errors": form.errors_in(names)} for anchor, title, names in form.sections]


def _say_doubts(form: CustomerForm) -> None:
    """Say what looks odd in the addresses; it is saved all the same."""
    said = [*warnings(form.billing.form.parts() or {}), *([] if form.shipping_same.data else warnings(form.shipping.form.parts() or {}))]
    for doubt in dict.fromkeys(said):
        flash(f"Saved as it is, but worth a look: {doubt}", "heed")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _is_uuid(text: str | None) -> bool:
    try:
        return bool(text and UUID(text))
    except ValueError:
        return False
