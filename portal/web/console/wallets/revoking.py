"""Taking back what is left of one grant."""

from uuid import UUID

from flask import Response, flash, g, redirect, url_for

from portal.domain import approvals, wallets
from portal.domain.ledger import REASONS
from portal.model import CreditGrant, Customer, Wallet, WalletEntry
from portal.web.access import may
from portal.web.console.customer_page import customer_page
from portal.web.console.wallets import plans
from portal.web.console.wallets.blueprint import bp, found
from portal.web.console.wallets.posting import posted
from portal.web.database import session
from portal.web.filters import amount
from portal.web.forms.posting import RevocationForm


@bp.get("/<uuid:wallet_id>/grants/<uuid:grant_id>/revocation")
@may("wallet.adjust")
def revoke(customer_id: UUID, wallet_id: UUID, grant_id: UUID):
    """Say what taking back the rest of a grant will do, and ask for words."""
    customer, wallet = found(customer_id, wallet_id)
    grant = wallets.find_grant(session(), g.actor, customer_id, wallet_id, grant_id)
    return _form_page(customer, wallet, grant, RevocationForm())


@bp.post("/<uuid:wallet_id>/grants/<uuid:grant_id>/revocation")
@may("wallet.adjust")
def create_revocation(customer_id: UUID, wallet_id: UUID, grant_id: UUID):
    """Take back what is left of a grant, or ask a second operator to."""
    customer, wallet = found(customer_id, wallet_id)
    grant = wallets.find_grant(session(), g.actor, customer_id, wallet_id, grant_id)
    form = RevocationForm()
    if form.validate_on_submit():
        done = posted(
            form,
            lambda: wallets.revoke(session(), wallet, grant, **form.words(), by=g.actor),
            lambda: approvals.ask(session(), "revocation", wallet, grant=grant, **form.words(), by=g.actor),
        )
        if isinstance(done, Response):
            return done
        if done is not None:
            taken, balance = amount(abs(done.amount), wallet.currency), amount(done.balance_after, wallet.currency)
            flash(f"{taken} {wallet.currency} taken back. The balance is {balance}.")
            return redirect(url_for(".show", customer_id=customer.id, wallet_id=wallet.id), 303)
    return _form_page(customer, wallet, grant, form, status=422)


def _form_page(customer: Customer, wallet: Wallet, grant: CreditGrant, form: RevocationForm, *, status: int = 200) -> Response:
    made_by = wallets.entry_story(session(), session().get_one(WalletEntry, grant.entry_id))
    return customer_page(
        customer,
        "console/wallets/revocation.html",
        section="wallets",
        block="form",
        status=status,
        wallet=wallet,
        grant=grant,
        made_by=made_by,
        form=form,
        plan=plans.revocation(customer, wallet, grant) if grant.remaining else None,
        reasons=REASONS,
    )
