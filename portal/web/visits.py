"""The visit that a browser is on: an operator who looks at the portal as one of a customer's people.

Its cookie is one of its own; the console's is never touched. As long as the browser holds it, all pages of the portal are
the visit's, even where the operator has a portal session too: what is on the screen is never two things at once. A visit
that is over leads back to the console, once, and does not turn into somebody else's session under an open page.
"""

import math

from flask import Response, current_app, flash, g, redirect, request, url_for
from sqlalchemy import Row

from portal.domain import viewing
from portal.values import clock
from portal.web import htmx
from portal.web.database import SAFE, database, looking

ENDING = "sign_in.end_visit"
COOKIE_LIVES = 12 * 60 * 60
"""Longer than any visit, so that an open page of a visit that is over is told so."""


def cookie_name() -> str:
    """Name the cookie of a visit."""
    return f"{'__Host-' if _secure() else ''}portal_view"


def held() -> str:
    """Give the token that the browser holds, or nothing."""
    return request.cookies.get(cookie_name(), "")


def find() -> Row | None:
    """Give the live visit that the browser is on, looked for once a request."""
    if "visit" not in g:
        g.visit = None
        if token := held():
            g.visit = viewing.find(looking(), token)
    return g.visit


def in_portal() -> bool:
    """Tell whether the request is for a page of the portal."""
    return (request.blueprint or "").partition(".")[0] == "account"


def refuse_acts() -> None:
    """Refuse whatever changes anything, on every route but those that end the visit: its own, and signing out of the console.

    :raises viewing.ReadsOnly: on a visit.
    """
    if request.method in SAFE or request.endpoint == ENDING or not held():
        return
    if request.endpoint == "sign_in.destroy" and request.values.get("side") == "console":
        return
    if find() is not None:
        raise viewing.ReadsOnly


def over() -> Response:
    """Lead the browser of a visit that is over back to the console, and take its cookie back."""
    with database().reading() as db:
        row = viewing.found_over(db, held())
    if row is not None:
        flash("The visit is over. You are yourself again.")
    target = url_for("console.customers.show", customer_id=row.viewing_customer_id) if row is not None else url_for("console.home.show")
    response = Response(status=401, headers={"HX-Redirect": target}) if htmx.wanted() else redirect(target, 303)
    response.headers["Cache-Control"] = "no-store"
    return drop_cookie(response)


def set_cookie(response: Response, token: str) -> Response:
    """Give the browser the token of its visit."""
    response.set_cookie(cookie_name(), token, max_age=COOKIE_LIVES, httponly=True, secure=_secure(), samesite="Lax", path="/")
    return response


def drop_cookie(response: Response) -> Response:
    """Take the visit's cookie back."""
    response.delete_cookie(cookie_name(), httponly=True, secure=_secure(), samesite="Lax", path="/")
    return response


def shown() -> dict | None:
    """Say for the head of every page but the console's own who looks, as whom, and how long still; None without a visit."""
    if (request.blueprint or "").startswith("console") or not held() or (row := find()) is None:
        return None
    left = math.ceil((row.expires_at - clock.now()).total_seconds() / 60)
    return {
        "viewer": row.name or row.email,
        "person": " ".join(filter(None, (row.first_name, row.last_name))) or row.person_email,
        "customer": row.customer_name,
        "left": f"{left} minute{'' if left == 1 else 's'} left",
        "until": row.expires_at,
    }


def _secure() -> bool:
    return current_app.extensions["settings"].secure
