"""Where one can go: the words of the running head, the person's menu, and how the page is to look for this person."""

from collections.abc import Iterator
from functools import lru_cache
from uuid import UUID

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user

from portal.domain import approvals, sign_in, users
from portal.web import visits
from portal.web.database import session
from portal.web.kept_urls import fixed_url
from portal.web.logos import Shown

CONSOLE = (
    ("Customers", "console.customers.index", "customer.read"),
    ("Messages", "console.messages.index", "message.read"),
    ("Imports", "console.imports.index", "import.read"),
    ("Activity", "console.record.index", "audit.read"),
    ("Approvals", "console.approvals.index", "wallet.adjust"),
    ("Settings", "console.settings.attributes.index", "settings.read"),
    ("Settings", "console.settings.brands.index", "brand.read"),
)
"""A room that stands here twice is entered by the first door that opens."""


def console_navigation() -> list[dict]:
    """List the console's rooms that the actor may enter; `current` is the one the page belongs to."""
    room = (request.blueprint or "").split(".")[1:2]
    inside = ROOMS_INSIDE.get(room[0], room[0]) if room else ""
    rooms = _rooms(request.script_root, inside, g.actor.permissions)
    return _with_count(rooms) if COUNTED_IN.intersection(room) and g.actor.may("wallet.approve") else rooms


def _with_count(rooms: list[dict]) -> list[dict]:
    """Put beside the approvals how many wait, up to 100."""
    number = approvals.count_waiting(session(), g.actor)
    return [room | {"count": number} if room["label"] == "Approvals" else room for room in rooms]


@lru_cache(maxsize=256)
def _rooms(root: str, inside: str, permissions: frozenset[str]) -> list[dict]:
    """List the rooms under a root of the application for those who hold the permissions, seen from inside one of them."""
    doors = {label: endpoint for label, endpoint, word in reversed(CONSOLE) if word in permissions}
    return [
        {"label": label, "href": fixed_url(doors[label]), "current": doors[label].split(".")[1] == inside}
        for label in dict.fromkeys(label for label, _, _ in CONSOLE)
        if label in doors
    ]


ROOMS_INSIDE = dict.fromkeys(
    ("contacts", "people", "preferences", "wallets", "journal", "emails", "activity", "children", "viewing", "providers"), "customers"
) | {"suppressions": "messages", "broadcasts": "messages", "views": "customers"}
COUNTED_IN = {"wallets", "approvals"}
"""The rooms that say how many requests wait for approval: those where money moves, so that no other page pays for the count."""


def person_menu(side: str) -> list:
    """List what a person does for themselves; in the portal see `PortalMenu`."""
    if side == "view":
        return []
    own = [("Your profile", "console.profile.show")] if side == "console" else [("Access and sessions", "account.access.show")]
    links = [{"label": label, "href": fixed_url(endpoint)} for label, endpoint in own if endpoint in current_app.view_functions]
    return [*links, "-", {"label": "Sign out", "action": fixed_url("sign_in.destroy", side=side)}]


class PortalMenu:
    """The person's menu in the portal, with the other companies they belong to: read when it is drawn, so that no part pays for it."""

    def __iter__(self) -> Iterator:
        by_provider = current_user.row.method == sign_in.BY_PROVIDER  # its word says nothing about other companies
        found = [] if by_provider else users.companies(session(), current_user.row.email)
        if len(found) > 1:
            yield from (self._company(contact_id, name) for contact_id, name in found)
            if len(found) == users.COMPANIES:
                yield {"label": "All your companies", "href": fixed_url("sign_in.choose")}
            yield "-"
        yield from person_menu("portal")

    def _company(self, contact_id: UUID, name: str) -> dict:
        if contact_id == g.actor.contact_id:
            return {"label": name, "href": fixed_url("account.home.show"), "current": True}
        return {"label": name, "action": url_for("sign_in.switch", place=contact_id)}


def places() -> dict:
    """Say to every page who reads it, and where they can go."""
    if not ("actor" in g and g.actor.signed_in):
        whose = {"site_logo": Shown.of(g.house)} if "house" in g else {}
        return {"actor": g.get("actor"), "theme": request.cookies.get("theme", ""), "visit": visits.shown(), **whose}
    actor, row = g.actor, current_user.row
    return {
        "actor": actor,
        "person": row,
        "person_name": actor.name,
        "person_menu": PortalMenu() if row.side == "portal" else person_menu(row.side),
        "role_words": actor.role_name.lower(),
        "theme": row.display.get("theme", ""),
        "density": row.display.get("density", ""),
        "site": "Portal" if row.side == "console" else row.business_entity_name,
        "site_logo": None if row.side == "console" else Shown.of(row),
        "keys_off": row.display.get("keys") is False,
        "keys_href": fixed_url("console.keys.index") if row.side == "console" else "",
        "visit": visits.shown(),
        "home": fixed_url("console.home.show" if row.side == "console" else "account.home.show"),
    }


def init_app(app: Flask) -> None:
    app.context_processor(places)
    app.jinja_env.globals["console_navigation"] = console_navigation
