"""The settings' own table of contents, in the margin of each of them."""

from flask import current_app, g

from portal.web.access import permission_of
from portal.web.kept_urls import fixed_url

PLACES = (
    ("Operators", "console.settings.operators.index"),
    ("Roles", "console.settings.roles.index"),
    ("Who may do what", "console.settings.permissions.index"),
    ("Custom attributes", "console.settings.attributes.index"),
    ("Topics", "console.settings.topics.index"),
    ("Brands", "console.settings.brands.index"),
    ("Senders", "console.settings.senders.index"),
    ("Letters", "console.settings.letters.index"),
    ("Delivery", "console.settings.delivery.index"),
    ("Limits", "console.settings.limits.index"),
    ("Expiry notices", "console.settings.notices.index"),
    ("Security", "console.settings.security.index"),
    ("Single sign-on", "console.settings.providers.index"),
)


def contents(current: str) -> list[dict]:
    """List the settings that the reader may see; `current` is the endpoint of the one that the page belongs to."""
    return [
        {"label": label, "href": fixed_url(endpoint), "current": endpoint == current}
        for label, endpoint in PLACES
        if g.actor.may(permission_of(current_app, endpoint))
    ]
