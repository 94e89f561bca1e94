"""The console's front door."""

from flask import Blueprint, redirect, url_for

from portal.web.access import may

bp = Blueprint("home", __name__)


@bp.get("/")
@may("customer.read")
def show():
    """Lead on to the customers: the page an operator works from."""
    return redirect(url_for("console.customers.index"), 303)
