"""The blueprint that the modules of this folder put their views on."""

from flask import Blueprint

bp = Blueprint("sign_in", "portal.web.sign_in")
