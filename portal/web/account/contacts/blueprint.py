"""The blueprint that the modules of this package put their views on."""

from flask import Blueprint

bp = Blueprint("contacts", __name__, url_prefix="/contacts")
