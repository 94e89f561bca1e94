"""Reports in our own shape, signed as the Standard Webhooks are (see `delivery.shapes.own`)."""

from flask import Response, request

from portal.domain.delivery import shapes
from portal.values import clock, webhooks
from portal.web.access import public
from portal.web.csrf import protect
from portal.web.hooks.blueprint import bp, not_understood, read_json, refused, secrets, take


@bp.post("/portal")
@public
def portal() -> Response:
    """Take a report in our own shape: webhook-id, webhook-timestamp and webhook-signature say whose it is."""
    body, named = request.get_data(), request.headers.get("webhook-id", "")
    shown = {
        "message_id": named,
        "timestamp": request.headers.get("webhook-timestamp", ""),
        "signatures": request.headers.get("webhook-signature", ""),
        "body": body,
        "now": clock.now(),
    }
    if not any(webhooks.holds(secret, **shown) for secret in secrets("portal")):
        return refused()
    try:
        return take("portal", shapes.own(named, read_json(body)))
    except shapes.NotUnderstood as fault:
        return not_understood(fault)


# A provider has no form of ours to take a token from; what it posts is signed, and no cookie is read. Named twice: for the token
# check by function, for the look at the Origin header by endpoint.
protect.exempt(portal)
protect.exempt("hooks.portal")
