"""A customer's wallet: why it holds what it holds, and every entry that made it so."""

from uuid import UUID

from flask import Blueprint, g, request, url_for

from portal.domain import customers, wallets
from portal.domain.ledger import REASONS
from portal.model import Wallet
from portal.values import money
from portal.web.access import may
from portal.web.database import session
from portal.web.filters import amount
from portal.web.htmx import page

bp = Blueprint("wallets", __name__, url_prefix="/wallets")

KINDS = (("paid", "Paid"), ("promotional", "Gifts"))


@bp.get("/<uuid:wallet_id>")
@may("account.wallet")
def show(wallet_id: UUID):
    """Show why a wallet holds what it holds."""
    customer = customers.find(session(), g.actor, g.actor.customer_id)
    wallet = wallets.find(session(), g.actor, customer.id, wallet_id)
    left, used_up = wallets.stories(session(), wallet, limit=20)
    entries = wallets.entries(session(), wallet, before=request.args.get("before", type=int))
    return page(
        "account/wallets/show.html",
        "entries",
        customer=customer,
        entity=customer.business_entity,
        wallet=wallet,
        others=[other for other in wallets.of_customer(session(), customer.id) if other.id != wallet.id],
        left=left,
        rest=max(wallet.balance, 0) - sum(story.grant.remaining for story in left),
        used_up=used_up,
        entries=entries,
        older=url_for(".show", wallet_id=wallet.id, before=entries.older) if entries.older else None,
        newer=url_for(".show", wallet_id=wallet.id, before=entries.newer) if not entries.newest else None,
        reasons=REASONS,
        decimals=decimals,
    )


def scale(wallet: Wallet, shares: list[wallets.Share]) -> dict | None:
    """Give what ui.scale draws: paid and promotional credit, and the balance below which the customer is told.

    None where it would say nothing: all of one kind, and no such balance.
    """
    sums = {kind: sum(share.grant.remaining for share in shares if share.grant.kind == kind) for kind, _ in KINDS}
    if not all(sums.values()) and not wallet.low_balance:
        return None
    return {
        "parts": [
            {"label": label, "value": sums[kind], "text": amount(sums[kind], wallet.currency), "kind": kind} for kind, label in KINDS
        ],
        "threshold": {"value": wallet.low_balance, "words": f"told below {amount(wallet.low_balance, wallet.currency)}"}
        if wallet.low_balance
        else None,
    }


def decimals(currency: str) -> str:
    """Give the class that lines the decimal points of an amount up with those of two decimals."""
    return {0: "d0", 3: "d3"}.get(money.exponent(currency), "")
