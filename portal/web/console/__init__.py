"""The console: what operators work in. One module per noun."""

from flask import Blueprint

from portal.web.console import activity, children, contacts, customers, emails, home, imports, keys, messages, preferences, profile, wallets

bp = Blueprint("console", __name__, url_prefix="/console")
for room in (home, customers, contacts, preferences, wallets, emails, activity, children, messages, imports, keys, profile):
    bp.register_blueprint(room.bp)
