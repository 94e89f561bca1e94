"""What is written down about each request: an id, a line in the log, a count and a duration."""

import re
import time

import structlog
from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram

from portal.values import ids

log = structlog.get_logger(source="portal.requests")
GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,40}")
QUIET = {"health.alive", "health.ready", "health.metrics", "assets.show"}


class Metrics:
    """The counters of one application."""

    def __init__(self):
        self.registry = CollectorRegistry()
        self.requests = Counter("portal_requests", "Requests answered", ["method", "endpoint", "status"], registry=self.registry)
        self.seconds = Histogram("portal_request_seconds", "Time to an answer", ["endpoint"], registry=self.registry)
        self._children: dict[tuple, tuple] = {}

    def count(self, method: str, endpoint: str, status: int, seconds: float) -> None:
        """Count an answer; the counter of each kind is kept, for finding it by its labels takes a lock and some text."""
        kind = (method, endpoint, status)
        if (children := self._children.get(kind)) is None:
            children = self._children[kind] = (self.requests.labels(*kind), self.seconds.labels(endpoint))
        children[0].inc()
        children[1].observe(seconds)


def begin() -> None:
    """Give the request its id: the proxy's when it sent one that looks like one."""
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if GIVEN_ID.fullmatch(given) else ids.new_id().hex
    g.began = time.perf_counter()


def end(response: Response) -> Response:
    """Count the answer and write its line; the path is written without the tokens that links carry."""
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    endpoint = request.endpoint or "none"
    current_app.extensions["metrics"].count(request.method, endpoint, response.status_code, seconds)
    if endpoint not in QUIET:
        actor = g.get("actor")
        log.info(
            "request",
            request_id=g.get("request_id", ""),
            method=request.method,
            path=masked_path(),
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            actor=str(actor.viewer or actor.user_id or "") if actor is not None else "",
            ip=request.remote_addr,
        )
    return response


def masked_path() -> str:
    """Give the request's path with every text a link carries struck out; ids stay."""
    path = request.path
    for name, value in (request.view_args or {}).items():
        if "token" in name:
            path = path.replace(str(value), "…")
    return path


def init_app(app: Flask) -> None:
    app.extensions["metrics"] = Metrics()
    app.before_request(begin)
    app.after_request(end)
