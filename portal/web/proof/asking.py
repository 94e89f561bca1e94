"""The question who it is, with the form that was being sent carried along."""

from flask import Response, request, session, url_for
from flask_login import current_user

from portal.domain import factors, sign_in, users
from portal.values import emails
from portal.web import htmx
from portal.web.database import SAFE, database
from portal.web.proof.showing import Refused
from portal.web.sign_in.targets import HOMES, own_path
from portal.web.signed_in import side

SECRET = ("password", "present", "token", "secret", "sealed", "credential")
"""Names, and endings of names, of what is written into no page, not even for whoever typed it."""


def question(*, refused: Refused | None = None, onward: str = "", status: int = 403) -> Response:
    """Ask who it is, in place of what was asked for; `status` is for the first time, a wrong answer brings its own.

    After it a page is opened (`onward`, else the one that was asked for), or a form is sent on as it was; one with secrets
    or files in it is not carried, and its page is opened instead.
    """
    carried = _carried()
    onward = onward or _onward(carried)
    with database().reading() as db:
        row = current_user.row
        user = users.find(db, row.user_id)
        held = factors.held(db, user.id)
        asked = sign_in.proof_asked(db, session.get("proof_asked", ""), row) if not held else None
    action = request.full_path.rstrip("?") if carried is not None else url_for(f"{_side()}.security.prove")
    response = htmx.page(
        "sign_in/proof.html",
        "sheet",
        status=refused.status if refused else status,
        action=action,
        fields=carried if carried is not None else [("next", onward)],
        lost=carried is None and request.method not in SAFE and request.endpoint != f"{_side()}.security.prove",
        back=htmx.current_path() or own_path(_referrer()) or HOMES[side()],
        held=held,
        has_password=user.password_hash is not None,
        asked=asked is not None,
        masked=emails.mask_email(user.email),
        challenges=url_for(f"{_side()}.security.ask_to_prove"),
        refused=refused,
    )
    if htmx.fragment_wanted():
        response.headers["HX-Retarget"] = "#main"
        response.headers["HX-Reswap"] = "innerHTML"
    if refused and refused.seconds:
        response.headers["Retry-After"] = str(refused.seconds)
    return response


def _side() -> str:
    return request.blueprint.partition(".")[0]


def _carried() -> list[tuple[str, str]] | None:
    """Give the fields of the form that was being sent; None where there is none, or it cannot be carried."""
    if request.method in SAFE or request.endpoint == f"{_side()}.security.prove":
        return None
    answering = {"csrf_token"} | ({"credential"} if "proof_way" in request.form else set())
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in answering and not name.startswith("proof_")]
    if any(file.filename for file in request.files.values()) or any(name.endswith(SECRET) or name == "code" for name, _ in fields):
        return None
    return fields


def _onward(carried: list[tuple[str, str]] | None) -> str:
    """Find the page to open after the question, where no form is carried."""
    if carried is not None:
        return ""
    if request.method in SAFE:
        return (htmx.current_path() if htmx.fragment_wanted() else "") or request.full_path.rstrip("?")
    return own_path(request.form.get("next")) or htmx.current_path() or own_path(_referrer()) or HOMES[side()]


def _referrer() -> str:
    """Give the path of the page that the form was on, when it was one of ours."""
    mine = request.host_url.rstrip("/")
    said = request.referrer or ""
    return said.removeprefix(mine) if said.startswith(f"{mine}/") else ""
