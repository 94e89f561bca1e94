"""The blueprint of a customer's own pages; the package joins the views to it."""

from flask import Blueprint

bp = Blueprint("customers", __name__, url_prefix="/customers")
