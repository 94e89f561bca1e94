"""Whether who asks may: closed by default, every route says its permission in a word."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask_login import current_user

from portal.domain import actors, roles
from portal.domain.errors import NotAllowed, NotFound
from portal.domain.permissions import WORDS
from portal.web import htmx, visits
from portal.web.database import SAFE
from portal.web.signed_in import cookie_name, side, where_from
from portal.web.unsent import keeping

View = TypeVar("View", bound=Callable)
PUBLIC = "public"


def may(word: str) -> Callable[[View], View]:
    """Let a view be used by those only who hold a permission."""
    if word not in WORDS:
        raise ValueError(f"“{word}” is no permission; the words are in portal/domain/permissions.py")

    def mark(view: View) -> View:
        view.permission = word
        return view

    return mark


def public(view: View) -> View:
    """Let a view be used by everybody."""
    view.permission = PUBLIC
    return view


def before_second_factor(view: View) -> View:
    """Let a view be used also by those who must have a second factor and have not shown one yet; goes with @may."""
    view.before_second_factor = True
    return view


def actor() -> actors.Actor:
    """Make the actor of this request."""
    if not current_user.is_authenticated:
        return replace(actors.ANONYMOUS, **where_from())
    row = current_user.row
    if row.side == "console":
        return actors.operator(
            user_id=row.user_id,
            name=row.name or row.email,
            role=row.operator_role,
            words=row.own_role_name or "",
            permissions=roles.words_of(row.operator_role, row.own_role_words),
            entity_ids=current_user.entity_ids,
            **where_from(),
        )
    visit = row.side == "view"
    name = " ".join(filter(None, (row.first_name, row.last_name))) or (row.person_email if visit else row.name or row.email)
    person = actors.customer(
        user_id=row.person_id if visit else row.user_id,
        name=name,
        role=row.portal_role,
        customer_id=row.customer_id,
        contact_id=row.contact_id,
        **where_from(),
    )
    return replace(person, viewer=row.user_id, permissions=person.permissions - {"self.change"}) if visit else person


def guard():
    """Let the request through when its actor may; closed by default."""
    if request.endpoint is None:
        g.actor = actors.ANONYMOUS
        return None
    word = permission_of(current_app, request.endpoint)
    unasked = word == PUBLIC and (request.blueprint or "") not in {"sign_in", "links"}
    g.actor = actors.ANONYMOUS if unasked else actor()
    if g.actor.kind != "operator":
        visits.refuse_acts()
    if unasked:
        return None
    if word == PUBLIC:
        return None
    if g.actor.may(word):
        return lead_to_second_factor() if _lacks_second_factor() else None
    if not g.actor.signed_in:
        return visits.over() if visits.held() and visits.in_portal() else ask_to_sign_in()
    raise NotFound if request.method in SAFE and not _is_own_side(word) else NotAllowed


def _is_own_side(word: str) -> bool:
    return word.startswith(("account.", "self.")) == (g.actor.kind == "customer")


def permission_of(app: Flask, endpoint: str) -> str:
    """Give the word a route names.

    :raises LookupError: when it names none; a house test walks all routes.
    """
    if endpoint == "static":
        return PUBLIC
    word = getattr(app.view_functions[endpoint], "permission", None)
    if word is None:
        raise LookupError(f"{endpoint} names no permission: put @may(...) or @public on the view")
    return word


def ask_to_sign_in():
    """Send the browser, not a fragment of its page, to the sign-in page, and back afterwards; a form that was sent is kept."""
    here = htmx.page_behind() or _page_before()
    if request.method not in SAFE and cookie_name(side()) in request.cookies:
        here = keeping.keep(side(), request.cookies[cookie_name(side())], page=here) or here
    target = url_for("sign_in.new", next=here or None)
    if htmx.wanted():
        return Response(status=401, headers={"HX-Redirect": target, "Cache-Control": "no-store"})
    return redirect(target, 303)


def _page_before() -> str:
    """Give the path of the page that a form was on, as far as the browser says and when it was one of ours."""
    said = request.referrer or ""
    return "/" + said.removeprefix(request.host_url) if said.startswith(request.host_url) else ""


def _lacks_second_factor() -> bool:
    """Tell whether the role needs a second factor that was not shown in this session, and the view is not about that."""
    row = current_user.row
    return (
        row.side == "console"
        and not row.second_factor
        and bool(row.second_factor_roles)
        and g.actor.role in row.second_factor_roles
        and not getattr(current_app.view_functions[request.endpoint], "before_second_factor", False)
    )


def lead_to_second_factor():
    """Send the browser to where a second factor is shown or set up, and back afterwards."""
    target = url_for("console.security.second_factor", next=htmx.page_behind() or None)
    if htmx.wanted():
        return Response(status=403, headers={"HX-Redirect": target, "Cache-Control": "no-store"})
    return redirect(target, 303)


def init_app(app: Flask) -> None:
    app.before_request(guard)
