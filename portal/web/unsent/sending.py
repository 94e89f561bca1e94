"""Sending a kept form on: the request that names it gets its fields and files, and is answered like any other."""

from io import BytesIO
from uuid import UUID

from flask import Flask, Response, g, request
from flask_login import current_user
from werkzeug.datastructures import FileStorage, ImmutableMultiDict

from portal.domain import unsent
from portal.domain.errors import NotFound, Refusal
from portal.domain.unsent import Kept
from portal.values.parcels import File
from portal.web.database import database
from portal.web.signed_in import side
from portal.web.unsent import keeping


class KeptNoMore(Refusal):
    """What was kept is gone, or was for another page or another person."""

    status = 410
    title = "This is not kept any more"
    sentence = "It was sent already, a day has gone by, or it was written by somebody else. Nothing has been saved."


def restore() -> None:
    """Put a kept form in the place of the one that names it. Who asks and that the page is ours has been looked at before.

    :raises KeptNoMore: when there is none for this person, this browser, this place and this address.
    """
    if request.method != "POST" or keeping.MARK not in request.form or not current_user.is_authenticated:
        return
    row = current_user.row
    if row.side == "view" or request.endpoint is None:
        return
    kept = _kept()
    if kept is None or kept.row.contact_id != row.contact_id or kept.row.path != request.full_path.rstrip("?"):
        raise KeptNoMore
    request.__dict__["form"] = ImmutableMultiDict(kept.parcel.fields)
    request.__dict__["files"] = ImmutableMultiDict((one.field, _file(one)) for one in kept.parcel.files)
    request.__dict__.pop("values", None)
    g.unsent = kept


def settle(response: Response) -> Response:
    """Forget a form once it was taken, or is on the page anew with what was typed; one with files stays until it is taken."""
    kept: Kept | None = g.get("unsent")
    if kept is None or not (response.status_code < 400 or (response.status_code == 422 and not kept.parcel.files)):
        return response
    database().act(lambda db: unsent.drop(db, kept.row.id, kept.row.user_id))
    return response


def _kept() -> Kept | None:
    try:
        form_id = UUID(request.form[keeping.MARK])
        with database().reading() as db:
            return unsent.find(db, form_id, current_user.row.user_id, side(), token=keeping.held())
    except (NotFound, ValueError):
        return None


def _file(one: File) -> FileStorage:
    return FileStorage(stream=BytesIO(one.data), filename=one.name, name=one.field, content_type=one.kind)


def init_app(app: Flask) -> None:
    app.before_request(restore)
    app.after_request(settle)
