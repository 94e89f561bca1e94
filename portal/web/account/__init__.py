"""The portal: what a customer's people see. One module per noun."""

from flask import Blueprint

from portal.web import own_address, security
from portal.web.account import (
    access,
    activity,
    alerts,
    company,
    contacts,
    home,
    messages,
    people,
    preferences,
    providers,
    sections,
    statements,
    visits,
    wallets,
)
from portal.web.providers import tying
from portal.web.unsent import showing as unsent

bp = Blueprint("account", __name__, url_prefix="/account")
bp.context_processor(sections.places)
for room in (home, wallets, alerts, statements, contacts, people, preferences, company, providers, messages, activity, access, visits):
    bp.register_blueprint(room.bp)
bp.register_blueprint(security.bp, url_prefix="/access")
bp.register_blueprint(tying.bp, url_prefix="/access/identities")
bp.register_blueprint(own_address.bp, url_prefix="/access")
bp.register_blueprint(unsent.bp)
