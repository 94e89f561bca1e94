"""What a wallet's page says of what is ahead: when to be told of a low balance, what ends soon, how long the rest lasts."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from sqlalchemy.orm import Session

from portal.domain import communications, customers, wallets
from portal.domain.attention import SOON
from portal.domain.errors import Refusal
from portal.domain.wallets import alerts, expiring, forecast
from portal.model import Customer, Wallet
from portal.values import clock
from portal.web.access import may
from portal.web.account import running_out
from portal.web.database import session
from portal.web.filters import amount, reader, told
from portal.web.forms.alert import AlertForm
from portal.web.htmx import page
from portal.web.toasts import toast

bp = Blueprint("alerts", __name__, url_prefix="/wallets")


def alert_context(session: Session, wallet: Wallet) -> dict:
    """Give what account/wallets/_alert.html and _forecast.html take, beside `wallet`."""
    now = clock.now()
    found = forecast.of_wallet(session, wallet, now=now)
    return {
        "alert_form": AlertForm.of(wallet, locale=reader()[0]) if g.actor.may("account.alert") and wallet.status != "closed" else None,
        "alert_readers": _readers(session, wallet),
        "ending": expiring.ahead(session, wallet, until=now + SOON),
        "run_out": found,
        "run_out_when": running_out.when(found, now=now, zone=reader()[1]) if found else "",
        "now": now,
    }


@bp.get("/<uuid:wallet_id>/alert")
@may("account.alert")
def edit(wallet_id: UUID):
    """Ask below which balance to write."""
    customer, wallet = _found(wallet_id)
    return _form_page(customer, wallet, AlertForm.of(wallet, locale=reader()[0]))


@bp.post("/<uuid:wallet_id>/alert")
@may("account.alert")
def update(wallet_id: UUID):
    """Set below which balance to write, or that nobody is told."""
    customer, wallet = _found(wallet_id)
    form = AlertForm.of(wallet, locale=reader()[0])
    before = wallet.low_balance
    if form.validate_on_submit():
        try:
            alerts.set_threshold(session(), wallet, form.low_balance.data, by=g.actor)
        except Refusal as refusal:
            form.low_balance.errors = [*form.low_balance.errors, told(refusal)]
        else:
            _say(wallet, before)
            return redirect(url_for("account.wallets.show", wallet_id=wallet.id), 303)
    return _form_page(customer, wallet, form, status=422)


def _say(wallet: Wallet, before: int | None) -> None:
    if wallet.low_balance == before:
        flash("Nothing has changed.")
        return
    if wallet.low_balance is None:
        words = "Nobody is told of a low balance any more."
    else:
        words = f"We write when the balance falls below {amount(wallet.low_balance, wallet.currency)} {wallet.currency}."
        if wallet.balance < wallet.low_balance:
            words += " It is below that now: the next fall is the first we write about."
    toast(words, undo=request.path, fields=[("low_balance", "" if before is None else amount(before, wallet.currency))])


def _readers(session: Session, wallet: Wallet) -> list[str]:
    """Name those who get wallet activity."""
    customer = session.get_one(Customer, wallet.customer_id)
    verdicts = communications.addressees(session, customer, "wallet")
    people = [verdict.contact for verdict in verdicts if verdict.will]
    return [" ".join(filter(None, (contact.first_name, contact.last_name))) or contact.email for contact in people]


def _found(wallet_id: UUID) -> tuple[Customer, Wallet]:
    customer = customers.find(session(), g.actor, g.actor.customer_id)
    return customer, wallets.find(session(), g.actor, customer.id, wallet_id)


def _form_page(customer: Customer, wallet: Wallet, form: AlertForm, *, status: int = 200) -> Response:
    return page(
        "account/wallets/alert.html",
        status=status,
        customer=customer,
        wallet=wallet,
        alert_form=form,
        alert_readers=_readers(session(), wallet),
    )
