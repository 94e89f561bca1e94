"""The console: what operators work in. One module per noun."""

from flask import Blueprint

from portal.web import own_address, security
from portal.web.console import (
    activity,
    approvals,
    broadcasts,
    bulk_preferences,
    children,
    contacts,
    customers,
    emails,
    home,
    imports,
    journal,
    keys,
    messages,
    people,
    preferences,
    profile,
    providers,
    record,
    settings,
    suppressions,
    viewing,
    views,
    wallets,
)
from portal.web.providers import tying
from portal.web.unsent import showing as unsent

bp = Blueprint("console", __name__, url_prefix="/console")
for room in (
    home,
    customers,
    views,
    contacts,
    people,
    preferences,
    bulk_preferences,
    wallets,
    journal,
    emails,
    activity,
    children,
    messages,
    broadcasts,
    suppressions,
    imports,
    keys,
    profile,
    providers,
    settings,
    approvals,
    viewing,
    record,
):
    bp.register_blueprint(room.bp)
bp.register_blueprint(security.bp, url_prefix="/profile")
bp.register_blueprint(tying.bp, url_prefix="/profile/identities")
bp.register_blueprint(own_address.bp, url_prefix="/profile")
bp.register_blueprint(unsent.bp)
