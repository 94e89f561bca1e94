"""The request's database session: one transaction at the most, committed at the edge."""

from collections.abc import Callable

from flask import Flask, current_app, g, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.db import Database, retryable

SAFE = {"GET", "HEAD", "OPTIONS"}
TRIES = 5


def database() -> Database:
    """Give the application's database."""
    return current_app.extensions["database"]


def session() -> Session:
    """Give the session of this request, opened when first asked for: for reading on safe methods, else for writing."""
    if "session" not in g:
        if request.method in SAFE:
            g.session = database().read_session()
        else:
            _close("looking")  # a writer waits for its turn, and nobody should wait with a snapshot in hand
            g.session = database().write_session()
    return g.session


def looking() -> Session:
    """Give the session for what is looked at before an act: on SQLite it takes nobody's turn to write. It ends when the act begins."""
    if request.method in SAFE or "session" in g:
        return session()
    if "looking" not in g:
        g.looking = database().read_session()
    return g.looking


class CommittingFlask(Flask):
    """A Flask whose every request is one transaction: committed when the answer is below 400, else rolled back.

    A transaction that the database asks to be tried again (deadlock, lock time-out) is; the request's form is read
    already, so the view simply runs anew.
    """

    def ensure_sync(self, func: Callable) -> Callable:
        """Call a view, and what comes before and after it, as it is: Flask would look at each one, each time, for being asynchronous."""
        return func

    def dispatch_request(self):
        for attempt in range(1, TRIES + 1):
            try:
                response = self.make_response(super().dispatch_request())
                if request.method not in SAFE and (opened := g.get("session")) is not None:
                    if response.status_code < 400:
                        opened.commit()
                    else:
                        opened.rollback()
                return response
            except DBAPIError as error:
                close()
                if attempt == TRIES or not retryable(error) or request.files:
                    raise
            except BaseException:
                close()
                raise
        raise AssertionError("unreachable")


def close(error: BaseException | None = None) -> None:
    """Close the request's sessions; what was not committed is rolled back."""
    _close("session")
    _close("looking")


def _close(name: str) -> None:
    if (opened := g.pop(name, None)) is not None:
        opened.close()


def init_app(app: Flask, database: Database) -> None:
    app.extensions["database"] = database
    app.teardown_appcontext(close)
