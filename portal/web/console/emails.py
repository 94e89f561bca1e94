"""A customer's emails: what was sent to its people."""

from uuid import UUID

from flask import Blueprint, g, url_for

from portal.domain import customers
from portal.web.access import may
from portal.web.console.customer_page import customer_page
from portal.web.console.message_log import log
from portal.web.database import session

bp = Blueprint("emails", __name__, url_prefix="/customers/<uuid:customer_id>/emails")


@bp.get("")
@may("message.read")
def index(customer_id: UUID):
    """List what was sent to a customer's people, the newest first, searched and filtered as asked."""
    customer = customers.look(session(), g.actor, customer_id)
    read = log(lambda **asked: url_for(".index", customer_id=customer.id, **asked), customer_id=customer.id)
    return customer_page(customer, "console/emails/index.html", section="emails", block="log", **read)
