"""Errors as pages or fragments that say what happened, that nothing was saved, and the way on."""

from flask import Flask, Response, current_app, g, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from portal.db import busy, full
from portal.domain.errors import Refusal
from portal.domain.imports import claiming
from portal.web import csrf
from portal.web.database import database
from portal.web.filters import told
from portal.web.htmx import page

WORDS = {
    400: ("This request cannot be read", "Something in it is not as a browser sends it. Go back and try once more."),
    401: ("Sign in first", "This page is for people who are signed in."),
    403: ("Not yours to change", "Your role may read this, not change it. An owner can give you more rights."),
    404: ("There is nothing here", "The address may be mistyped, or what it led to was removed or belongs to somebody else."),
    405: ("Not in this way", "This page exists, but it is not used in the way your browser just tried."),
    409: ("Somebody was faster", "This was changed in the meantime. Nothing of yours has been saved yet."),
    410: ("No longer valid", "This link has been used or has run out. A new one can be asked for."),
    413: ("Too large", "The file is larger than what is read here. Divide it and send the parts."),
    415: ("Not this kind of file", "This kind of file is not read here."),
    429: ("Slow down a little", "There were many tries in a short time. Wait a moment and try again."),
    500: ("Something broke on our side", "Nothing of yours has been saved. It is written down under the number below."),
    503: ("Busy for a moment", "Others are writing at the same time. Nothing was saved; send it again in a moment."),
    507: ("No room left", "The disk of this server is full, so nothing was saved. Send it again when whoever runs it has made room."),
}
TYPED_TOO_MUCH = "What was typed is more than is read here at once. Nothing has been saved. Go back and shorten it."
UNREACHABLE = "The database did not answer. Send it again in a moment."
IMPORTING = "An import is being written just now. Nothing was saved; send it again in a moment."
SECRETS = {"password", "present", "code", "token"}  # never written into a page, not even for whoever typed them
PATIENCE = {"Retry-After": "5"}


def answer(
    status: int, *, title: str = "", text: str = "", headers: dict[str, str] | None = None, again: list[tuple[str, str]] | None = None
) -> Response:
    """Make the error page, or its heart when HTMX asks for a part; `again` are the fields of a form to send once more."""
    known = WORDS.get(status) or WORDS[500 if status >= 500 else 400]
    if text.rstrip(".") == (title or known[0]):  # a sentence that only says the title again says nothing
        text = ""
    response = page(
        "errors/error.html",
        "error",
        status=status,
        error_title=title or known[0],
        error_text=text or known[1],
        request_id=g.get("request_id", ""),
        error_status=status,
        again=again,
    )
    response.headers.update(headers or {})
    return response


def http_error(error: HTTPException) -> Response:
    if isinstance(error, SecurityError):  # the Host header is nobody's we know, so no page with links can be made
        return Response("This server does not answer to that host name.\n", 400, mimetype="text/plain")
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    typed = error.code == 413 and request.mimetype != "multipart/form-data"
    return answer(error.code or 500, text=TYPED_TOO_MUCH if typed else "", headers=headers)


def refusal(error: Refusal) -> Response:
    return answer(error.status, title=getattr(error, "title", ""), text=told(error))


def expired_form(error: CSRFError) -> Response:
    """The form was open for too long, or another tab signed in or out; one from a page of ours can be sent again at once."""
    again = _sent_form() if csrf.from_here() else None
    way = "Send it again: it goes as you wrote it." if again else "Go back, load the page anew and send it again."
    text = f"It was open for a long time, or you signed in or out in another tab. Nothing has been saved yet. {way}"
    return answer(400, title="This form has expired", text=text, again=again or None)


def database_error(error: DBAPIError) -> Response:
    if busy(error):
        current_app.logger.warning("database busy on %s %s: %s", request.method, request.path, error.orig)
        return answer(503, text=IMPORTING if _importing() else "", headers=PATIENCE, again=_sent_form())
    current_app.logger.exception("database error on %s %s", request.method, request.path)
    if full(error):
        return answer(507, again=_sent_form())
    if isinstance(error, OperationalError):
        return answer(503, text=UNREACHABLE, headers=PATIENCE, again=_sent_form())
    return answer(500)


def _importing() -> bool:
    """Tell whether it is an import that others wait for."""
    try:
        with database().reading() as session:
            return claiming.is_at_work(session)
    except DBAPIError:
        return False


def _sent_form() -> list[tuple[str, str]] | None:
    """Give the fields of the form that was sent, when all of them can be sent again from the error page."""
    if request.method != "POST" or request.files or SECRETS & request.form.keys():
        return None
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


def unexpected(error: Exception) -> Response:
    current_app.logger.exception("unexpected error on %s %s", request.method, request.path)
    return answer(500)


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, expired_form)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Refusal, refusal)
    app.register_error_handler(DBAPIError, database_error)
    app.register_error_handler(Exception, unexpected)
