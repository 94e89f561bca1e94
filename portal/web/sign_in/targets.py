"""Where one is led after signing in: only to pages of our own."""

import re
from urllib.parse import unquote, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

HOMES = {"console": "/console", "portal": "/account"}
_STRANGE = re.compile(r"[\x00-\x20\x7f\\]")
TWINS = {
    ("portal", "/console/profile/password"): "/account/access/password",
    ("portal", "/console/profile"): "/account/access",
}
"""Pages that both sides have: whoever forgot a password has not said yet which side they are on."""
MOST = 2_000


def own_path(text: str | None) -> str:
    """Give the path and query back when a page of the console or the portal answers there to GET; else nothing.

    Whatever a browser might read as another host (//host, /\\host, https:host, a tab inside) is no path of ours.
    """
    if not text or len(text) > MOST or not text.startswith("/") or text.startswith("//") or _STRANGE.search(unquote(text)):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or not parts.path.startswith(("/console", "/account")) or unquote(parts.path).startswith("//"):
        return ""
    try:
        current_app.url_map.bind(request.host).match(unquote(parts.path), method="GET")
    except (HTTPException, RequestRedirect):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def on_side(target: str, side: str) -> str:
    """Give the target when it is on a side, else the side's home."""
    home = HOMES[side]
    target = TWINS.get((side, target), target)
    path = urlsplit(target).path
    return target if path == home or path.startswith(f"{home}/") else home
