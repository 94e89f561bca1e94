"""The portal: what a customer's people see. One module per noun."""

from flask import Blueprint

from portal.web.account import access, activity, company, contacts, home, messages, preferences, sections, wallets

bp = Blueprint("account", __name__, url_prefix="/account")
bp.context_processor(sections.places)
for room in (home, wallets, contacts, preferences, company, messages, activity, access):
    bp.register_blueprint(room.bp)
