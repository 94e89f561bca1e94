"""The customers below a customer."""

from uuid import UUID

from flask import Blueprint, g, request

from portal.domain import customers, family
from portal.web.access import may
from portal.web.console.customer_page import customer_page, head_of
from portal.web.database import session

bp = Blueprint("children", __name__, url_prefix="/customers/<uuid:customer_id>/children")


@bp.get("/")
@may("customer.read")
def index(customer_id: UUID):
    """List the children, and add up what all customers below hold, by currency."""
    customer = customers.look(session(), g.actor, customer_id)
    after = _uuid(request.args.get("after", ""))
    children = family.children(session(), customer.id, actor=g.actor, after=after)
    head = head_of(customer)
    return customer_page(
        customer,
        "console/children/index.html",
        section="children",
        block="rows",
        head=head,
        children=children,
        rollup=family.roll_up(head.wallets, family.totals(session(), customer.id, actor=g.actor)) if children.rows else [],
        after=after,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
