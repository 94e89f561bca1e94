"""The request's database session: one transaction at the most, committed at the edge."""

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
        g.session = database().read_session() if request.method in SAFE else database().write_session()
    return g.session


class CommittingFlask(Flask):
    """A Flask whose every request is one transaction: committed when the answer is below 400, else rolled back.

    A transaction that the database asks to be tried again (deadlock, lock time-out) is; the request's form is read
    already, so the view simply runs anew.
    """

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
    """Close the request's session; what was not committed is rolled back."""
    if (opened := g.pop("session", None)) is not None:
        opened.close()


def init_app(app: Flask, database: Database) -> None:
    app.extensions["database"] = database
    app.teardown_appcontext(close)
