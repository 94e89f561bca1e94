"""Short cookies on the way in: which browser asked, and which link is being looked at. None of them signs anybody in."""

import re

from flask import Response, current_app, request

_LETTERS = re.compile(r"[A-Za-z0-9._~-]+")
LIVES = {"browser": 15 * 60, "link": 60 * 60, "invite": 60 * 60, "second": 10 * 60, "passkey": 5 * 60}


def name_of(kind: str) -> str:
    """Name a short cookie: browser, link, invite, second or passkey."""
    return f"{'__Host-' if _secure() else ''}portal_{kind}"


def held(kind: str) -> str:
    """Give what the browser holds of a kind, or nothing."""
    return request.cookies.get(name_of(kind), "")


def hand(response: Response, kind: str, token: str) -> Response:
    """Give the browser a short cookie; a token of letters that no token of ours has is not repeated in a header."""
    response.set_cookie(
        name_of(kind),
        token if _LETTERS.fullmatch(token) else "-",
        max_age=LIVES[kind],
        httponly=True,
        secure=_secure(),
        samesite="Lax",
        path="/",
    )
    return response


def take_back(response: Response, *kinds: str) -> Response:
    """Drop short cookies that the browser holds."""
    for kind in kinds:
        if name_of(kind) in request.cookies:
            response.delete_cookie(name_of(kind), httponly=True, secure=_secure(), samesite="Lax", path="/")
    return response


def _secure() -> bool:
    return current_app.extensions["settings"].secure
