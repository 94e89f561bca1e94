"""Adding to a wallet and deducting from it."""

from uuid import UUID

from flask import Response, flash, g, redirect, request

from portal.domain import approvals, wallets
from portal.domain.customers import CustomerRow
from portal.model import Customer, Wallet
from portal.values import money
from portal.web.access import may
from portal.web.console.customer_page import customer_page
from portal.web.console.wallets import plans
from portal.web.console.wallets.blueprint import bp, found, looked_at
from portal.web.console.wallets.posting import posted
from portal.web.database import session
from portal.web.filters import amount, reader
from portal.web.forms.fields.base import sibling
from portal.web.forms.wallet import AdjustForm
from portal.web.kept_urls import row_url


@bp.get("/<uuid:wallet_id>/entries/new")
@may("wallet.adjust")
def adjust(customer_id: UUID, wallet_id: UUID):
    """Ask how much to add or deduct, and why; what the query names is filled in, and its plan alone is told to HTMX."""
    customer, wallet = found(customer_id, wallet_id)
    return _form_page(customer, wallet, _form(customer, wallet, formdata=request.args), block="plan")


@bp.post("/<uuid:wallet_id>/entries")
@may("wallet.adjust")
def create_entry(customer_id: UUID, wallet_id: UUID):
    """Add to or deduct from a wallet, or ask a second operator to."""
    customer, wallet = looked_at(customer_id, wallet_id)
    form = _form(customer, wallet)
    if form.validate_on_submit():
        facts = form.facts()
        done = posted(
            form,
            lambda: wallets.adjust(session(), wallet, form.signed_amount, **facts, by=g.actor),
            lambda: approvals.ask(
                session(), "adjustment", wallet, amount=form.signed_amount, **facts | {"kind": facts["kind"] or ""}, by=g.actor
            ),
        )
        if isinstance(done, Response):
            return done
        if done is not None:
            moved, balance = (amount(abs(done.amount), wallet.currency), amount(done.balance_after, wallet.currency))
            flash(f"{moved} {wallet.currency} {'added' if done.amount > 0 else 'deducted'}. The balance is {balance}.")
            return redirect(row_url("console.wallets.show", customer_id=customer.id, wallet_id=wallet.id), 303)
    return _form_page(*found(customer_id, wallet_id), form, status=422)


def _form(customer: Customer | CustomerRow, wallet: Wallet, **made) -> AdjustForm:
    return AdjustForm.of(wallet, locale=reader()[0], zone=customer.time_zone or customer.business_entity.time_zone, **made)


def _plan(customer: Customer, wallet: Wallet, form: AdjustForm) -> plans.Plan | None:
    """Give the sentences of the plan as far as amount and direction can be read."""
    size, direction = sibling(form, "amount"), form.direction.data
    if not size or direction not in {"add", "deduct"}:
        return None
    return plans.adjustment(customer, wallet, size if direction == "add" else -size, sibling(form, "reason"))


def _form_page(customer: Customer, wallet: Wallet, form: AdjustForm, *, block: str = "form", status: int = 200) -> Response:
    return customer_page(
        customer,
        "console/wallets/new.html",
        section="wallets",
        block=block,
        status=status,
        wallet=wallet,
        form=form,
        plan=_plan(customer, wallet, form),
        exponent=money.exponent(wallet.currency),
    )
