"""The room's blueprint: mounted under the profile in the console, and under access in the portal."""

from flask import Blueprint, redirect, request, url_for

bp = Blueprint("security", __name__)


def side() -> str:
    """Name the side the request came in by: console or account."""
    return request.blueprint.partition(".")[0]


def home_url() -> str:
    """Give the page that this room belongs to, at its part about security."""
    return url_for("console.profile.show" if side() == "console" else "account.access.show", _anchor="security")


def back_home():
    """Lead back there."""
    return redirect(home_url(), 303)
