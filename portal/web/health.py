"""For machines: alive, ready, and in figures."""

import hmac

from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal import migrations
from portal.web.access import public
from portal.web.database import database

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def alive():
    """Say that the process answers."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@public
def ready():
    """Say whether work can be done here: the schema is current and the database takes writes."""
    faults = []
    try:
        at, wanted = migrations.current(database()), current_app.extensions.setdefault("schema_head", migrations.head())
        if at != wanted:
            faults.append(f"schema is at {at or 'nothing'}, this version needs {wanted}: run `portal migrate`")
        with database().write_session() as session:
            session.execute(text("UPDATE idempotency_key SET scope = scope WHERE scope = 'readiness'"))
            session.rollback()
    except SQLAlchemyError as error:
        faults.append(f"database: {type(error).__name__}")
    return Response("".join(f"{fault}\n" for fault in faults) or "ready\n", 503 if faults else 200, mimetype="text/plain")


@bp.get("/metrics")
@public
def metrics():
    """Give the counters to those who hold the token, or to this machine when there is none."""
    token = current_app.extensions["settings"].metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not (hmac.compare_digest(given.encode(), token.encode()) if token else request.remote_addr in {"127.0.0.1", "::1"}):
        abort(404)
    return Response(generate_latest(current_app.extensions["metrics"].registry), content_type=CONTENT_TYPE_LATEST)
