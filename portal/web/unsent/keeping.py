"""Keeping a form whose session is over, for whoever sent it."""

from flask import Response, after_this_request, current_app, request, url_for
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from portal.domain import unsent
from portal.domain.unsent import ROOM
from portal.values import tokens
from portal.values.parcels import File, Parcel
from portal.web import csrf
from portal.web.database import database

SECRET_ENDINGS = ("password", "token", "secret", "credential")
SECRET_NAMES = {"present", "sealed", "code", "proof_code"}
"""What is kept nowhere."""
MOST_TEXT = 1024 * 1024
LIVES = 24 * 60 * 60
MARK = "unsent_form"
"""The field of the form that sends a kept one on."""


def cookie_name() -> str:
    """Name the cookie that opens what this browser keeps."""
    return f"{'__Host-' if _secure() else ''}portal_unsent"


def held() -> str:
    """Give the token that the browser holds, or nothing."""
    return request.cookies.get(cookie_name(), "")


def keep(side: str, session_token: str, *, page: str) -> str:
    """Keep the form of this request, where the cookie was a session's that is over; give the page that shows it, or nothing.

    A form with secrets in it, one that is not from a page of ours, and one in which nothing was typed are not kept.
    """
    if not session_token or not _ours():
        return ""
    parcel = _parcel()
    if parcel is None:
        return ""
    with database().reading() as db:
        if unsent.over(db, session_token, side) is None:
            return ""
    token = held() or tokens.new_token()
    path = request.full_path.rstrip("?")

    def work(db) -> None:
        was = unsent.over(db, session_token, side)
        if was is not None:
            unsent.keep(db, was, parcel, path=path, page=page, token=token)

    database().act(work)
    _hand(token)
    return url_for("console.unsent.show" if side == "console" else "account.unsent.show")


def _ours() -> bool:
    """Tell whether the form is from a page of ours: its token says so, or the browser does."""
    if csrf.from_here():
        return True
    try:
        validate_csrf(request.form.get("csrf_token") or request.headers.get("X-CSRFToken"))
    except ValidationError:
        return False
    return not csrf.from_elsewhere()


def _parcel() -> Parcel | None:
    """Gather what was typed and chosen; None where there is nothing, or something that is kept nowhere."""
    fields = tuple((name, value) for name, value in request.form.items(multi=True) if name not in {"csrf_token", MARK})
    if (
        any(name in SECRET_NAMES or name.endswith(SECRET_ENDINGS) for name, _ in fields)
        or sum(len(name) + len(value) for name, value in fields) > MOST_TEXT
    ):
        return None
    files, left_out, room = [], [], ROOM
    for name, one in request.files.items(multi=True):
        if not one.filename:
            continue
        data = one.stream.read(room + 1)
        if len(data) > room:
            left_out.append(one.filename)
            continue
        room -= len(data)
        files.append(File(name, one.filename, one.mimetype or "application/octet-stream", data))
    if not fields and not files and not left_out:
        return None
    return Parcel(fields, tuple(files), tuple(left_out))


def _hand(token: str) -> None:
    @after_this_request
    def hand(response: Response) -> Response:
        response.set_cookie(cookie_name(), token, max_age=LIVES, httponly=True, secure=_secure(), samesite="Lax", path="/")
        return response


def _secure() -> bool:
    return current_app.extensions["settings"].secure
