"""How wallet activity comes to a contact, as a form: at once, or once a day."""

from flask import request

from portal.domain import communications
from portal.domain.actors import Actor
from portal.domain.communications.daily import WORDS
from portal.model import Contact, PreferenceReceipt
from portal.web.database import session


def shown(contact: Contact, href: str) -> dict[str, object]:
    """Give what people/wallet_daily.html shows, posting to `href`."""
    return {"on": communications.comes_daily(session(), contact.id), "words": WORDS, "href": href}


def save(contact: Contact, *, how: str, by: Actor) -> list[PreferenceReceipt]:
    """Save what was chosen; a form without a choice changes nothing."""
    if request.form.get("daily") not in {"y", "n"}:
        return []
    return communications.choose_daily(session(), contact, request.form["daily"] == "y", how=how, by=by)
