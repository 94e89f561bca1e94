"""A customer's emails: what was sent to its people."""

from uuid import UUID

from flask import Blueprint, g, url_for

from portal.domain import customers, mail_log
from portal.web.access import may
from portal.web.console.customer_page import customer_page
from portal.web.database import session
from portal.web.query import identifier

bp = Blueprint("emails", __name__, url_prefix="/customers/<uuid:customer_id>/emails")


@bp.get("")
@may("message.read")
def index(customer_id: UUID):
    """List what was sent to a customer's people, the newest first."""
    customer = customers.find(session(), g.actor, customer_id)
    found = mail_log.page(session(), customer_id=customer_id, before=identifier("before"))
    older = url_for(".index", customer_id=customer_id, before=found.older) if found.older else None
    return customer_page(
        customer, "console/emails/index.html", section="emails", block="log", found=found, older=older, states=mail_log.STATES
    )
