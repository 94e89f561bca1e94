"""The way of a token: in the path of the first GET only, then in a short cookie that reaches these pages and no others."""

from typing import NoReturn

from flask import Response, current_app, g, redirect, request, url_for

from portal.domain import links
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, Refusal
from portal.domain.links import Held
from portal.model import EmailLink
from portal.web.database import session
from portal.web.signed_in import where_from

LIVES = 60 * 60
RENEWED = ("preferences", "unsubscribe", "verify_address", "statement", "message")
"""The purposes of links that a fresh one can be had for."""


class LinkMissing(Refusal):
    """The browser holds no link: the page was opened by itself, long ago, or cookies are switched off."""

    status = 410
    sentence = "This page belongs to a link in a mail, and this browser does not hold it any more. Open the link in the mail once more."


class OtherLink(Conflict):
    """The form was made for another link than the browser holds now."""

    sentence = "Another link was opened in this browser since. Nothing has changed. Open the one that you mean in its mail once more."


def arrive(token: str, purpose: str) -> Response:
    """Lead from a link to its page at an address without the token."""
    links.find(session(), token, purpose)
    return hand(token, purpose)


def hand(token: str, purpose: str) -> Response:
    """Let the browser hold a token that was looked at, and lead it to the purpose's page."""
    return keep(redirect(url_for(f"links.{purpose}"), 303), token, purpose)


def keep(response: Response, token: str, purpose: str) -> Response:
    """Have the browser hold a token for the pages of its purpose."""
    response.set_cookie(_cookie(purpose), token, max_age=LIVES, httponly=True, secure=_secure(), samesite="Lax", path="/links")
    response.headers["Cache-Control"] = "no-store"
    return response


def held(purpose: str) -> Held:
    """Give the link that the browser holds; a form has to say for which one it was made.

    :raises LinkMissing, OtherLink, links.LinkUnknown, links.LinkEnded: see there.
    """
    found = links.find(session(), token(purpose), purpose)
    same_link(found.link)
    return speak_to(found)


def token(purpose: str) -> str:
    """Give the token that the browser holds for a purpose.

    :raises LinkMissing: when it holds none.
    """
    return kept(purpose) or missing()


def kept(purpose: str) -> str:
    """Give the token that the browser holds for a purpose; "" when it holds none."""
    return request.cookies.get(_cookie(purpose), "")


def same_link(link: EmailLink) -> None:
    """Refuse a form that was made for another link than the browser holds.

    :raises OtherLink: see there.
    """
    if request.method == "POST" and request.form.get("link") != str(link.id):
        raise OtherLink


def missing() -> NoReturn:
    """Refuse what a link does not lead to. :raises LinkMissing: always."""
    raise LinkMissing


def stranger(**where: str) -> Actor:
    """Make the actor of whoever asks here without a link."""
    return Actor(kind="anonymous", origin="link", **where)


def speak_to(found: Held) -> Held:
    """Act as the holder of the link, in the contact's own language and time zone, under the business entity's logo."""
    contact, customer, entity = found.contact, found.customer, found.customer.business_entity
    g.reader = (contact.locale or customer.locale or entity.locale, contact.time_zone or customer.time_zone or entity.time_zone)
    g.actor = found.actor(**where_from())
    g.house = entity
    return found


def _cookie(purpose: str) -> str:
    return f"{'__Secure-' if _secure() else ''}portal_{purpose}"


def _secure() -> bool:
    return current_app.extensions["settings"].secure
