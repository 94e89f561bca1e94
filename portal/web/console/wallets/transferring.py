"""Moving credit to another wallet of the customer's family, in the same currency."""

from uuid import UUID

from flask import Response, flash, g, redirect, request, url_for

from portal.domain import approvals, wallets
from portal.model import Customer, Wallet
from portal.values import money
from portal.web.access import may
from portal.web.console.customer_page import customer_page
from portal.web.console.wallets import plans
from portal.web.console.wallets.blueprint import bp, found
from portal.web.console.wallets.posting import posted
from portal.web.database import session
from portal.web.filters import amount, reader
from portal.web.forms.fields.base import sibling
from portal.web.forms.posting import TransferForm


@bp.get("/<uuid:wallet_id>/transfers")
@may("wallet.adjust")
def transfer(customer_id: UUID, wallet_id: UUID):
    """Ask where credit goes to, and how much; what the query names is filled in, and its plan alone is told to HTMX."""
    customer, wallet = found(customer_id, wallet_id)
    targets = wallets.transfer_targets(session(), g.actor, wallet)
    return _form_page(customer, wallet, targets, _form(wallet, targets, formdata=request.args), block="plan")


@bp.post("/<uuid:wallet_id>/transfers")
@may("wallet.adjust")
def create_transfer(customer_id: UUID, wallet_id: UUID):
    """Move credit to another wallet, or ask a second operator to."""
    customer, wallet = found(customer_id, wallet_id)
    targets = wallets.transfer_targets(session(), g.actor, wallet)
    form = _form(wallet, targets)
    if form.validate_on_submit():
        target = _chosen(targets, form)
        done = posted(
            form,
            lambda: wallets.transfer(session(), wallet, target, form.amount.data, **form.words(), by=g.actor),
            lambda: approvals.ask(session(), "transfer", wallet, amount=form.amount.data, other_wallet=target, **form.words(), by=g.actor),
        )
        if isinstance(done, Response):
            return done
        if done is not None:
            left, balance = amount(abs(done[0].amount), wallet.currency), amount(done[0].balance_after, wallet.currency)
            flash(f"{left} {wallet.currency} moved to {plans.wallet_name(target)}. The balance here is {balance}.")
            return redirect(url_for(".show", customer_id=customer.id, wallet_id=wallet.id), 303)
    return _form_page(customer, wallet, targets, form, status=422)


def _form(wallet: Wallet, targets: list[Wallet], **made) -> TransferForm:
    words = [(target.id, f"{plans.wallet_name(target)}: {amount(target.balance, target.currency)} {target.currency}") for target in targets]
    return TransferForm.of(wallet, words, locale=reader()[0], **made)


def _chosen(targets: list[Wallet], form: TransferForm) -> Wallet | None:
    chosen = sibling(form, "target")
    return next((target for target in targets if str(target.id) == chosen), None)


def _plan(customer: Customer, wallet: Wallet, targets: list[Wallet], form: TransferForm) -> plans.Plan | None:
    """Give the sentences of the plan as far as target and amount can be read."""
    target, size = _chosen(targets, form), sibling(form, "amount")
    return plans.transfer(customer, wallet, target, size) if target is not None and size else None


def _form_page(
    customer: Customer, wallet: Wallet, targets: list[Wallet], form: TransferForm, *, block: str = "form", status: int = 200
) -> Response:
    return customer_page(
        customer,
        "console/wallets/transfer.html",
        section="wallets",
        block=block,
        status=status,
        wallet=wallet,
        targets=targets,
        form=form,
        plan=_plan(customer, wallet, targets, form),
        exponent=money.exponent(wallet.currency),
    )
