"""Company details: what we know about the reader's company, and its addresses to change."""

from flask import Blueprint, Response, flash, g, redirect, request, url_for

from portal.domain import addresses, company, customers, tax_ids
from portal.model import Address, Customer
from portal.values import locales
from portal.values.addresses import warnings
from portal.values.tax_ids import KINDS, format_tax_id
from portal.web.access import may
from portal.web.database import session
from portal.web.forms.company import AddressesForm, values_of
from portal.web.htmx import page

bp = Blueprint("company", __name__, url_prefix="/company")


@bp.get("")
@may("account.read")
def show():
    """Show name, ID, tax IDs and addresses."""
    customer = _customer()
    billing, shipping = _addresses(customer)
    doubts = [doubt for address in {billing, shipping} - {None} for doubt in warnings(address.parts())]
    return page(
        "account/company/show.html",
        customer=customer,
        billing=billing,
        shipping=shipping,
        doubts=doubts,
        tax_ids=[(KINDS[row.kind].label, format_tax_id(row.kind, row.value)) for row in tax_ids.of_customer(session(), customer.id)],
        spoken=locales.LOCALES.get(customer.locale or customer.business_entity.locale, ""),
    )


@bp.get("/addresses/edit")
@may("account.address")
def edit():
    """Show the addresses in a form."""
    customer = _customer()
    return _edit_page(AddressesForm(formdata=None, data=values_of(customer.version, *_addresses(customer))))


@bp.post("/addresses")
@may("account.address")
def update():
    """Save the addresses, or show the form again with what is wrong or what somebody else saved."""
    customer = _customer()
    form = AddressesForm(request.form)
    if not form.validate():
        return _edit_page(form, status=422)
    try:
        changed = company.change_addresses(session(), customer, form.facts(), version=form.base_version, by=g.actor)
    except customers.Changed as meanwhile:
        form.version.data = str(meanwhile.version)
        return _edit_page(form, status=409, meanwhile=meanwhile, theirs=_addresses(customer))
    flash("Addresses saved." if changed else "Nothing has changed.")
    for doubt in form.doubts() if changed else []:
        flash(f"Saved as it is, but worth a look: {doubt}", "heed")
    return redirect(url_for(".show"), 303)


def _customer() -> Customer:
    return customers.find(session(), g.actor, g.actor.customer_id)


def _addresses(customer: Customer) -> tuple[Address | None, Address | None]:
    """Give the default addresses for billing and shipping."""
    book = addresses.of_customer(session(), customer.id)
    return next((one for one in book if one.is_billing), None), next((one for one in book if one.is_shipping), None)


def _edit_page(form: AddressesForm, *, status: int = 200, **context) -> Response:
    return page("account/company/edit.html", status=status, form=form, **context)
