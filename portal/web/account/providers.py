"""Single sign-on of the reader's own company: an owner sets it up."""

from flask import Blueprint, g

from portal.web.providers import Room

room = Room(
    read="account.people",
    change="account.people",
    whose=lambda _: g.actor.customer_id,
    frame=lambda _: {"layout": "layouts/account.html", "company": "your company"},
)
bp = room.on(Blueprint("providers", __name__, url_prefix="/company/providers"))
