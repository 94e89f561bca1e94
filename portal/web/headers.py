"""What every answer says to the browser: what may run, what may be kept, who may frame it."""

from flask import Flask, Response, current_app, g, request

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"),
)
PAGE = (("Content-Security-Policy", CONTENT_SECURITY_POLICY), ("Cache-Control", "no-store"))
TLS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


def secure(response: Response) -> Response:
    """Add the headers; a view that has set one of its own keeps it."""
    headers = response.headers
    own = {name.lower() for name, _ in headers}
    said = ALWAYS
    if response.mimetype == "text/html":
        said += PAGE
        if "cookie" not in headers.get("Vary", "").lower():
            response.vary.add("Cookie")
    if current_app.extensions["settings"].secure:
        said += (TLS,)
    if request_id := g.get("request_id"):
        said += (("X-Request-ID", request_id),)
    for name, value in said:
        if name.lower() not in own:
            headers.add(name, value)
    if request.blueprint in {"links", "sign_in"}:
        headers["Referrer-Policy"] = "no-referrer"
    return response


def init_app(app: Flask) -> None:
    app.after_request(secure)
