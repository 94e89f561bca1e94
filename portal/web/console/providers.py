"""A customer's OpenID providers, set up for them in the console."""

from uuid import UUID

from flask import Blueprint, g
from sqlalchemy.orm import Session

from portal.domain import customers
from portal.web.database import session
from portal.web.kept_urls import row_url
from portal.web.providers import Room


def _whose(db: Session, customer_id: UUID) -> UUID:
    return customers.find(db, g.actor, customer_id).id


def _frame(customer_id: UUID) -> dict:
    customer = customers.find(session(), g.actor, customer_id)
    return {
        "layout": "layouts/console.html",
        "back": (row_url("console.customers.show", customer_id=customer_id), customer.name),
        "company": customer.name,
    }


room = Room(read="settings.read", change="settings.change", whose=_whose, frame=_frame)
bp = room.on(Blueprint("providers", __name__, url_prefix="/customers/<uuid:customer_id>/providers"))
