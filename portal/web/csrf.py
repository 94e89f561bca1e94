"""Cross-site request forgery: a token in every form, and a look at where the browser says the request comes from."""

from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask_wtf import CSRFProtect

protect = CSRFProtect()


def refuse_other_sites() -> None:
    """Refuse an unsafe request that a browser says was made by another site (Fetch Metadata; else the Origin header)."""
    if request.method in {"GET", "HEAD", "OPTIONS"} or request.endpoint in protect._exempt_views:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            abort(400)
        return
    origin = request.headers.get("Origin")
    if origin not in {None, "null"} and urlsplit(origin).netloc != request.host:
        abort(400)


def init_app(app: Flask) -> None:
    app.before_request(refuse_other_sites)
    protect.init_app(app)
