"""Postmark's reports. It signs nothing: the secret is the password in the address that is entered there (HTTP Basic)."""

import hmac

from flask import Response, request

from portal.domain.delivery import shapes
from portal.web.access import public
from portal.web.csrf import protect
from portal.web.hooks.blueprint import bp, not_understood, read_json, refused, secrets, take


@bp.post("/postmark")
@public
def postmark() -> Response:
    """Take a report of Postmark's."""
    given = request.authorization
    password = ((given.password or "") if given is not None and given.type == "basic" else "").encode()
    if not any(hmac.compare_digest(secret.removeprefix("whsec_").encode(), password) for secret in secrets("postmark")):
        return refused()
    try:
        return take("postmark", shapes.postmark(read_json(request.get_data())))
    except shapes.NotUnderstood as fault:
        return not_understood(fault)


protect.exempt(postmark)  # see own.py
protect.exempt("hooks.postmark")
