"""Cross-site request forgery: a token in every form, and a look at where the browser says the request comes from."""

import time
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf

protect = CSRFProtect()
MINUTE = 60


def token() -> str:
    """Give the token for a form of this browser; the signature is kept for a minute, for a new one costs as much as a query."""
    if (secret := session.get("csrf_token")) is None:
        return generate_csrf()
    return _signed(current_app.secret_key, secret, int(time.time() // MINUTE))


@lru_cache(maxsize=1024)
def _signed(key: str, secret: str, minute: int) -> str:
    """Sign the request's own secret; what is given is what the signature is made of, so a kept one is the right one."""
    return generate_csrf()


def refuse_other_sites() -> None:
    """Refuse an unsafe request that a browser says was made by another site (Fetch Metadata; else the Origin header)."""
    if request.method in {"GET", "HEAD", "OPTIONS"} or request.endpoint in protect._exempt_views:
        return
    if from_elsewhere():
        abort(400)


def from_elsewhere() -> bool:
    """Tell whether a browser says that another site made the request; one that says nothing is not held against it."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin not in {None, "null"} and urlsplit(origin).netloc != request.host


def from_here() -> bool:
    """Tell whether a browser says that a page of ours made the request."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host


def init_app(app: Flask) -> None:
    app.before_request(refuse_other_sites)
    protect.init_app(app)
    app.jinja_env.globals["csrf_token"] = token
    app.context_processor(lambda: {"csrf_token": token})
