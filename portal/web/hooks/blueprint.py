"""What all providers' doors have in common: how much and how often is read, and what is answered."""

import json

from flask import Blueprint, Response, current_app, request

from portal.domain import delivery
from portal.domain.delivery.shapes import NotUnderstood
from portal.values.delivery import Report
from portal.values.sealed import Unsealable
from portal.web.database import database, session
from portal.web.hooks.pace import Pace

LARGEST = 300 * 1024
"""Bytes: Amazon SNS posts 256 kB at the most."""
PER_MINUTE = 1200

bp = Blueprint("hooks", __name__, url_prefix="/hooks/mail")


@bp.before_request
def keep_pace() -> Response | None:
    """Refuse who posts too much at once, or without end from one network, before anything is read."""
    if (request.content_length or 0) > LARGEST:
        return Response("Too much.\n", 413, mimetype="text/plain")
    pace: Pace = current_app.extensions.setdefault("hook_pace", Pace(PER_MINUTE))
    if seconds := pace.wait(request.remote_addr or ""):
        return Response("Too many at once.\n", 429, headers={"Retry-After": str(seconds)}, mimetype="text/plain")
    return None


def secrets(provider: str) -> list[str]:
    """Give the secrets that a provider's door believes; none where it is shut."""
    with database().reading() as reading:
        try:
            return delivery.secrets_of(reading, provider, vault=current_app.extensions["vault"])
        except Unsealable:
            current_app.logger.error("the secret of a mail hook cannot be opened: the installation's key has changed")
            return []


def read_json(body: bytes) -> object:
    """Read what was posted. :raises NotUnderstood: when it is no JSON, or nested too deep."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise NotUnderstood("it is no JSON") from fault


def take(provider: str, reports: list[Report]) -> Response:
    """Take reports in, all in the request's one transaction. One that fits no message is kept, and is no fault of the provider's."""
    taken = [delivery.take(session(), report, provider=provider) for report in reports]
    return Response(f"{sum(one.message is not None for one in taken)} of {len(taken)} matched.\n", 200, mimetype="text/plain")


def refused() -> Response:
    """Answer what is not signed, or at a door that is shut: nothing is kept of it."""
    return Response("The signature does not hold, or nothing is taken here.\n", 401, mimetype="text/plain")


def not_understood(fault: NotUnderstood) -> Response:
    """Answer what is signed and has another shape."""
    return Response(f"Not understood: {fault}.\n", 400, mimetype="text/plain")
