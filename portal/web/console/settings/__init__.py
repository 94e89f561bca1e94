"""The settings of the business: one module for each."""

from flask import Blueprint, redirect, url_for

from portal.web.access import may
from portal.web.console.settings import (
    attributes,
    brands,
    delivery,
    letters,
    limits,
    notices,
    operators,
    permissions,
    providers,
    roles,
    security,
    senders,
    topics,
)

bp = Blueprint("settings", __name__, url_prefix="/settings")
bp.register_blueprint(attributes.bp)
bp.register_blueprint(brands.bp)
bp.register_blueprint(operators.bp)
bp.register_blueprint(roles.bp)
bp.register_blueprint(permissions.bp)
bp.register_blueprint(delivery.bp)
bp.register_blueprint(letters.bp)
bp.register_blueprint(limits.bp)
bp.register_blueprint(notices.bp)
bp.register_blueprint(security.bp)
bp.register_blueprint(providers.bp)
bp.register_blueprint(senders.bp)
bp.register_blueprint(topics.bp)


@bp.get("")
@may("settings.read")
def show():
    """Lead to the first of the settings."""
    return redirect(url_for("console.settings.attributes.index"), 303)
