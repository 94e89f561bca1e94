"""Adding to a wallet and deducting from it."""

from uuid import UUID

from flask import Response, flash, g, redirect, url_for

from portal.domain import wallets
from portal.domain.errors import Refusal
from portal.model import Customer, Wallet
from portal.values import ids, money
from portal.web.access import may
from portal.web.console.customer_page import customer_page
from portal.web.console.wallets.blueprint import blame, bp, found
from portal.web.database import session
from portal.web.filters import amount, reader
from portal.web.forms.wallet import AdjustForm


@bp.get("/<uuid:wallet_id>/entries/new")
@may("wallet.adjust")
def adjust(customer_id: UUID, wallet_id: UUID):
    """Ask how much to add or deduct, and why."""
    customer, wallet = found(customer_id, wallet_id)
    return _form_page(customer, wallet, _form(customer, wallet))


@bp.post("/<uuid:wallet_id>/entries")
@may("wallet.adjust")
def create_entry(customer_id: UUID, wallet_id: UUID):
    """Add to or deduct from a wallet."""
    customer, wallet = found(customer_id, wallet_id)
    form = _form(customer, wallet)
    if form.validate_on_submit():
        try:
            entry = wallets.adjust(
                session(),
                wallet,
                form.signed_amount,
                reason=form.reason.data,
                key=form.key.data,
                note=form.note.data,
                customer_text=form.customer_text.data,
                reference=form.reference.data,
                expires_at=form.expires_on.data,
                by=g.actor,
            )
        except wallets.KeyReused as refusal:
            form.form_errors.append(f"{refusal} Look at the entries first; sending this once more posts it too.")
            form.key.raw = form.key.data = str(ids.new_id())
        except Refusal as refusal:
            blame(form, refusal)
        else:
            moved, balance = (amount(abs(entry.amount), wallet.currency), amount(entry.balance_after, wallet.currency))
            flash(f"{moved} {wallet.currency} {'added' if entry.amount > 0 else 'deducted'}. The balance is {balance}.")
            return redirect(url_for(".show", customer_id=customer.id, wallet_id=wallet.id), 303)
    return _form_page(customer, wallet, form, status=422)


def _form(customer: Customer, wallet: Wallet) -> AdjustForm:
    return AdjustForm.of(wallet, locale=reader()[0], zone=customer.time_zone or customer.business_entity.time_zone)


def _form_page(customer: Customer, wallet: Wallet, form: AdjustForm, *, status: int = 200) -> Response:
    return customer_page(
        customer,
        "console/wallets/new.html",
        section="wallets",
        block="form",
        status=status,
        wallet=wallet,
        form=form,
        exponent=money.exponent(wallet.currency),
    )
