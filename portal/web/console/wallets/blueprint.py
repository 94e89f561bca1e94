"""The room's blueprint, and what its modules share: finding the wallet, and its page."""

from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.domain import customers, wallets
from portal.domain.customers import CustomerRow
from portal.domain.errors import Refusal
from portal.domain.ledger import REASONS
from portal.model import Customer, Wallet
from portal.web import chart
from portal.web.console.customer_page import customer_page, digits
from portal.web.console.wallets.ledger import ledger
from portal.web.console.wallets.requests import what
from portal.web.database import looking, session
from portal.web.filters import reader, told
from portal.web.forms.wallet import FloorForm, StatusForm

ORIGINS = {"portal": "in the portal", "import": "by import", "api": "by API", "cli": "at the command line", "worker": "Portal itself"}
SHARES = 12

bp = Blueprint("wallets", __name__, url_prefix="/customers/<uuid:customer_id>/wallets")


def looked_at(customer_id: UUID, wallet_id: UUID) -> tuple[CustomerRow, Wallet]:
    """Find a customer's wallet for an act that judges for itself how it stands, before it takes its turn to write."""
    before = looking()
    return customers.look(before, g.actor, customer_id), wallets.find(before, g.actor, customer_id, wallet_id)


def found(customer_id: UUID, wallet_id: UUID) -> tuple[Customer, Wallet]:
    """Find a customer's wallet, both as far as the actor may see them."""
    customer = customers.find(session(), g.actor, customer_id)
    return customer, wallets.find(session(), g.actor, customer_id, wallet_id)


def wallet_page(
    customer: Customer, wallet: Wallet, *, status: int = 200, status_form: StatusForm | None = None, floor_form: FloorForm | None = None
) -> Response:
    """Answer with a wallet's page: what it is made of, how it went, its entries, and what may be changed about it."""
    return customer_page(
        customer,
        "console/wallets/show.html",
        section="wallets",
        block="entries",
        status=status,
        wallet=wallet,
        **ledger(wallet),
        reasons=REASONS,
        origins=ORIGINS,
        shares=wallets.composition(session(), wallet, limit=SHARES),
        drawing=chart.of(wallets.series(session(), wallet), wallet.currency, reader()),
        status_form=status_form or StatusForm(formdata=None),
        floor_form=floor_form or FloorForm.of(wallet, locale=reader()[0]),
        waiting=wallets.waiting(session(), wallet),
        what=what,
        wallet_act=adjusting(customer, wallet),
        transfer_href=_transferring(wallet),
        decimals=digits(wallet.currency),
    )


def adjusting(customer: Customer, wallet: Wallet) -> dict[str, str] | None:
    """Give the page's one filled button, where the balance may be moved."""
    if wallet.status != "open" or not g.actor.may("wallet.adjust"):
        return None
    return {"label": "Adjust balance", "href": url_for(".adjust", customer_id=customer.id, wallet_id=wallet.id)}


def _transferring(wallet: Wallet) -> str | None:
    """Give the way to a transfer, where there may be something to transfer."""
    if wallet.status != "open" or wallet.balance <= wallet.floor or not g.actor.may("wallet.adjust"):
        return None
    return url_for(".transfer", customer_id=wallet.customer_id, wallet_id=wallet.id)


def blame(form, refusal: Refusal) -> None:
    """Put a refusal's sentence at its field, or at the head of the form where it has none."""
    if refusal.field in form and form[refusal.field].type not in {"OneTimeKey"}:
        form[refusal.field].errors = [*form[refusal.field].errors, told(refusal)]
    else:
        form.form_errors.append(told(refusal))
