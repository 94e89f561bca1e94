"""The blueprint that the modules of this package put their views on."""

from flask import Blueprint

bp = Blueprint("links", __name__, url_prefix="/links")
