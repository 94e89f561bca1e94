"""Logos, as letters and pages show them: public, each under the digest of its bytes, to be kept for good."""

from dataclasses import dataclass
from typing import Self

from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy import Row

from portal.domain import brands
from portal.model import BusinessEntity
from portal.values.images import fitted
from portal.web.access import public
from portal.web.assets import FOREVER
from portal.web.database import session
from portal.web.kept_urls import fixed_url

bp = Blueprint("logos", __name__, url_prefix="/logos")

# Whatever the bytes are, they are looked at as the picture they were found to be, and opened by themselves they can do nothing.
POLICY = "default-src 'none'; sandbox"
ROOM = (160, 32)
"""What there is for a logo in the running head, in pixels."""


@dataclass(frozen=True)
class Shown:
    """A logo in the running head of a page: where it is, and how large it is there."""

    url: str
    width: int
    height: int

    @classmethod
    def of(cls, whose: BusinessEntity | Row) -> Self | None:
        """Give the logo in use of a business entity, or of the one that a session is in; None where there is none."""
        if not whose.logo:
            return None
        return cls(fixed_url("logos.show", filename=whose.logo), *fitted(whose.logo_width, whose.logo_height, most=ROOM))

    @property
    def says_name(self) -> bool:
        """Whether it stands for the name, as in letters: one as narrow as a seal has the name beside it."""
        return self.width > 2 * self.height


@bp.get("/<filename>")
@public
def show(filename: str) -> Response:
    """Send a logo that is or was in use: letters that were sent point at it."""
    logo = brands.logo_at(session(), filename)
    if logo is None:
        abort(404)
    response = Response(logo.body, mimetype=logo.media_type)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # mail is read at other places
    response.headers["Cache-Control"] = FOREVER
    response.set_etag(filename.partition(".")[0])
    return response.make_conditional(request)


def image_sources() -> str:
    """Say in a content security policy where the pictures of a letter may come from: here, and written out in itself."""
    return f"img-src data: {current_app.extensions['settings'].public_url}/logos/"
