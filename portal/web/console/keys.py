"""The keys that pages answer to, on one page."""

from flask import Blueprint

from portal.web.access import may
from portal.web.htmx import page

bp = Blueprint("keys", __name__, url_prefix="/keys")

KEYS = (
    ("/", "Search", "Puts the cursor into the search box, where a page has one"),
    ("j", "Next row", "In a list"),
    ("k", "Row before", "In a list"),
    ("Enter", "Open the row", "It is a link like any other"),
    ("Esc", "Close the menu", "And put the cursor back where it was"),
    ("?", "This page", "From every page of the console"),
)


@bp.get("")
@may("self.read")
def index():
    """Show the keys, and where they are switched off."""
    return page("console/keys/index.html", keys=KEYS)
