"""Taking an entry back: its exact negative, once."""

from uuid import UUID

from flask import Response, flash, g, redirect, url_for

from portal.domain import approvals, wallets
from portal.domain.ledger import REASONS
from portal.model import Customer, Wallet, WalletEntry
from portal.web.access import may
from portal.web.console.customer_page import customer_page
from portal.web.console.wallets import plans
from portal.web.console.wallets.blueprint import bp, found
from portal.web.console.wallets.posting import posted
from portal.web.database import session
from portal.web.filters import amount, told
from portal.web.forms.posting import ReversalForm


@bp.get("/<uuid:wallet_id>/entries/<uuid:entry_id>/reversal")
@may("wallet.adjust")
def reverse(customer_id: UUID, wallet_id: UUID, entry_id: UUID):
    """Say what reversing an entry will do, and ask for words."""
    customer, wallet = found(customer_id, wallet_id)
    entry = wallets.find_entry(session(), g.actor, customer_id, wallet_id, entry_id)
    return _form_page(customer, wallet, entry, ReversalForm())


@bp.post("/<uuid:wallet_id>/entries/<uuid:entry_id>/reversal")
@may("wallet.adjust")
def create_reversal(customer_id: UUID, wallet_id: UUID, entry_id: UUID):
    """Reverse an entry, or ask a second operator to."""
    customer, wallet = found(customer_id, wallet_id)
    entry = wallets.find_entry(session(), g.actor, customer_id, wallet_id, entry_id)
    form = ReversalForm()
    if form.validate_on_submit():
        done = posted(
            form,
            lambda: wallets.reverse(session(), wallet, entry, **form.words(), by=g.actor),
            lambda: _ask(wallet, entry, form),
        )
        if isinstance(done, Response):
            return done
        if done is not None:
            flash(f"Reversed. The balance is {amount(done.balance_after, wallet.currency)} {wallet.currency}.")
            return redirect(url_for(".entry", customer_id=customer.id, wallet_id=wallet.id, entry_id=done.id), 303)
    return _form_page(customer, wallet, entry, form, status=422)


def _ask(wallet: Wallet, entry: WalletEntry, form: ReversalForm):
    journal = wallets.entry_story(session(), entry).journal
    return approvals.ask(session(), "reversal", wallet, journal_entry=journal, **form.words(), by=g.actor)


def _form_page(customer: Customer, wallet: Wallet, entry: WalletEntry, form: ReversalForm, *, status: int = 200) -> Response:
    story = wallets.entry_story(session(), entry)
    plan = wallets.reversal_plan(session(), wallet, entry)
    return customer_page(
        customer,
        "console/wallets/reversal.html",
        section="wallets",
        block="form",
        status=status,
        wallet=wallet,
        entry=entry,
        story=story,
        form=form,
        refused=told(plan.refusal) if plan.refusal is not None else "",
        plan=plans.reversal(customer, wallet, plan, plans.twin_names(story)) if plan.refusal is None else None,
        reasons=REASONS,
    )
