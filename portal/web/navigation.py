"""Where one can go: the words of the running head, the person's menu, and how the page is to look for this person."""

from functools import lru_cache

from flask import Flask, current_app, g, request
from flask_login import current_user

from portal.domain.permissions import ROLE_NAMES
from portal.web.kept_urls import fixed_url

CONSOLE = (
    ("Customers", "console.customers.index", "customer.read"),
    ("Messages", "console.messages.index", "message.read"),
    ("Imports", "console.imports.index", "import.read"),
)


def console_navigation() -> list[dict]:
    """List the console's rooms that the actor may enter; `current` is the one the page belongs to."""
    room = (request.blueprint or "").split(".")[1:2]
    inside = ROOMS_INSIDE.get(room[0], room[0]) if room else ""
    return _rooms(request.script_root, inside, g.actor.permissions)


@lru_cache(maxsize=256)
def _rooms(root: str, inside: str, permissions: frozenset[str]) -> list[dict]:
    """List the rooms under a root of the application for those who hold the permissions, seen from inside one of them."""
    return [
        {"label": label, "href": fixed_url(endpoint), "current": endpoint.split(".")[1] == inside}
        for label, endpoint, word in CONSOLE
        if word in permissions
    ]


ROOMS_INSIDE = dict.fromkeys(("contacts", "preferences", "wallets", "emails", "activity", "children"), "customers")


def person_menu(side: str) -> list:
    """List what a person does for themselves; a portal's person may belong to several customers."""
    own = [("Your profile", "console.profile.show")] if side == "console" else [("Access and sessions", "account.access.show")]
    if side == "portal":
        own.append(("Another company", "sign_in.choose"))
    links = [{"label": label, "href": fixed_url(endpoint)} for label, endpoint in own if endpoint in current_app.view_functions]
    return [*links, "-", {"label": "Sign out", "action": fixed_url("sign_in.destroy", side=side)}]


def places() -> dict:
    """Say to every page who reads it, and where they can go."""
    if not ("actor" in g and g.actor.signed_in):
        return {"actor": g.get("actor"), "theme": request.cookies.get("theme", "")}
    row = current_user.row
    return {
        "actor": g.actor,
        "person": row,
        "person_name": g.actor.name,
        "person_menu": person_menu(row.side),
        "role_words": ROLE_NAMES[g.actor.role].lower(),
        "theme": row.display.get("theme", ""),
        "density": row.display.get("density", ""),
        "site": row.business_entity_name if row.side == "portal" else "Portal",
        "keys_off": row.display.get("keys") is False,
        "keys_href": fixed_url("console.keys.index") if row.side == "console" else "",
        "home": fixed_url("console.home.show" if row.side == "console" else "account.home.show"),
    }


def init_app(app: Flask) -> None:
    app.context_processor(places)
    app.jinja_env.globals["console_navigation"] = console_navigation
