"""The portal's home: the balance, what it is made of, what needs attention, the latest entries."""

from flask import Blueprint, g

from portal.domain import attention, customers, wallets
from portal.domain.ledger import REASONS
from portal.web.access import may
from portal.web.account.wallets import decimals, scale
from portal.web.database import session
from portal.web.htmx import page

bp = Blueprint("home", __name__)

PARTS = 4
ENTRIES = 5


@bp.get("/")
@may("account.read")
def show():
    """Show how the customer stands."""
    customer = customers.find(session(), g.actor, g.actor.customer_id)
    kept = wallets.of_customer(session(), customer.id)
    main = kept[0] if kept else None
    shares = wallets.composition(session(), main) if main else []
    return page(
        "account/home/show.html",
        customer=customer,
        entity=customer.business_entity,
        wallet=main,
        others=kept[1:],
        shares=shares[:PARTS],
        rest=max(main.balance, 0) - sum(share.grant.remaining for share in shares[:PARTS]) if main else 0,
        scale=scale(main, shares) if main else None,
        matters=attention.matters(session(), customer.id, kept),
        entries=wallets.entries(session(), main, limit=ENTRIES) if main else None,
        reasons=REASONS,
        decimals=decimals,
    )
