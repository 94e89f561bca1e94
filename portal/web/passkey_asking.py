"""What every page that asks for a passkey shares: the site it is bound to, the short cookie, the question as JSON."""

from flask import Response, current_app, make_response, request

from portal.domain.factors import Site
from portal.web.sign_in import cookies


def site() -> Site:
    """Give what passkeys of this installation are bound to."""
    return Site.of(current_app.extensions["settings"].public_url)


def answer(asked: tuple[str, str] | None) -> Response:
    """Send the question, and the browser's half of it as a cookie; 410 where there is nothing to ask for any more."""
    if asked is None:
        return Response(status=410, headers={"Cache-Control": "no-store"})
    options, token = asked
    response = make_response(options)
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = "no-store"
    return cookies.hand(response, "passkey", token)


def given() -> tuple[str, str]:
    """Give what the browser's passkey signed, and the token it was asked with."""
    return request.form.get("credential", "")[:20_000], cookies.held("passkey")
