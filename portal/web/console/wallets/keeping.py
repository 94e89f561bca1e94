"""The list of wallets, opening one, looking at one, and changing its status and floor."""

from uuid import UUID

from flask import Response, flash, g, redirect, url_for

from portal.domain import customers, wallets
from portal.domain.errors import Refusal
from portal.model import Customer
from portal.web.access import may
from portal.web.console.customer_page import customer_page
from portal.web.console.wallets.blueprint import blame, bp, found, wallet_page
from portal.web.database import session
from portal.web.filters import amount, reader
from portal.web.forms.wallet import FloorForm, OpenWalletForm, StatusForm

DONE = {"frozen": "The wallet is frozen: nothing moves in it.", "closed": "The wallet is closed.", "open": "The wallet is open again."}


@bp.get("/")
@may("wallet.read")
def index(customer_id: UUID):
    """List a customer's wallets."""
    customer = customers.find(session(), g.actor, customer_id)
    form = OpenWalletForm(formdata=None, currency=customer.currency or customer.business_entity.currency)
    return _wallets_page(customer, form)


@bp.post("/")
@may("wallet.change")
def create(customer_id: UUID):
    """Open a wallet in a currency."""
    customer = customers.find(session(), g.actor, customer_id)
    form = OpenWalletForm()
    if form.validate_on_submit():
        try:
            wallet = wallets.open(session(), customer, form.currency.data, name=form.name.data, by=g.actor)
        except Refusal as refusal:
            blame(form, refusal)
        else:
            flash(f"A wallet in {wallet.currency} is open.")
            return redirect(url_for(".show", customer_id=customer.id, wallet_id=wallet.id), 303)
    return _wallets_page(customer, form, status=422)


def _wallets_page(customer: Customer, form: OpenWalletForm, *, status: int = 200) -> Response:
    kept = wallets.of_customer(session(), customer.id)
    if not form.currency.errors and form.currency.data in {wallet.currency for wallet in kept} and status == 200:
        form.currency.data = None
    return customer_page(customer, "console/wallets/index.html", section="wallets", status=status, wallets=kept, form=form)


@bp.get("/<uuid:wallet_id>")
@may("wallet.read")
def show(customer_id: UUID, wallet_id: UUID):
    """Show a wallet: its balance and what it is made of, how it went, its entries."""
    return wallet_page(*found(customer_id, wallet_id))


@bp.post("/<uuid:wallet_id>/status")
@may("wallet.change")
def set_status(customer_id: UUID, wallet_id: UUID):
    """Freeze, close or reopen a wallet, with a reason."""
    customer, wallet = found(customer_id, wallet_id)
    form = StatusForm()
    if form.validate_on_submit():
        try:
            wallets.set_status(session(), wallet, form.status.data, reason=form.reason.data, by=g.actor)
        except Refusal as refusal:
            blame(form, refusal)
        else:
            flash(DONE[wallet.status])
            return redirect(url_for(".show", customer_id=customer.id, wallet_id=wallet.id), 303)
    return wallet_page(customer, wallet, status=422, status_form=form)


@bp.post("/<uuid:wallet_id>/floor")
@may("wallet.change")
def set_floor(customer_id: UUID, wallet_id: UUID):
    """Set how far the balance may go down."""
    customer, wallet = found(customer_id, wallet_id)
    form = FloorForm.of(wallet, locale=reader()[0])
    if form.validate_on_submit():
        try:
            wallets.set_floor(session(), wallet, form.floor.data, by=g.actor)
        except Refusal as refusal:
            blame(form, refusal)
        else:
            flash(f"The floor is {amount(wallet.floor, wallet.currency)} {wallet.currency}.")
            return redirect(url_for(".show", customer_id=customer.id, wallet_id=wallet.id), 303)
    return wallet_page(customer, wallet, status=422, floor_form=form)
