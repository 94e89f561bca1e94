"""The margin of the portal's pages: the rooms of the reader's company, those that the reader may enter."""

from collections.abc import Iterator
from uuid import UUID

from flask import current_app, g, request, url_for
from sqlalchemy import func, select

from portal.model import Contact, Wallet
from portal.web.database import session

ROOMS = (
    ("home", "Home", "account.home.show", "account.read"),
    ("wallets", "Wallets", "account.wallets.show", "account.wallet"),
    ("contacts", "Contacts", "account.contacts.index", "account.read"),
    ("preferences", "What we send you", "account.preferences.show", "account.read"),
    ("company", "Company details", "account.company.show", "account.read"),
    ("messages", "Messages", "account.messages.index", "self.read"),
    ("activity", "Activity", "account.activity.index", "account.read"),
    ("access", "Access", "account.access.show", "account.read"),
)

INSIDE = {"alerts": "wallets", "identities": "access", "providers": "company", "statements": "wallets"}
"""Rooms that are reached through another."""


class Sections:
    """The rooms as ui.contents takes them: {label, href, current, count}.

    They are read when the margin is drawn, so that parts of a page and error pages ask nothing of the database.
    """

    def __iter__(self) -> Iterator[dict]:
        wallets, contacts, main_wallet = _numbers(g.actor.customer_id)
        counts = {"wallets": wallets, "contacts": contacts}
        parameters = {"wallets": {"wallet_id": main_wallet}}
        here = request.blueprints[0].split(".")[1:2]
        here = [INSIDE.get(room, room) for room in here]
        for room, label, endpoint, word in ROOMS:
            if endpoint in current_app.view_functions and g.actor.may(word) and (room != "wallets" or main_wallet):
                href = url_for(endpoint, **parameters.get(room, {}))
                yield {"label": label, "href": href, "current": [room] == here, "count": counts.get(room)}


def places() -> dict:
    """Give the pages of the portal their `sections`."""
    if (request.blueprint or "").partition(".")[0] != "account" or not g.actor.signed_in:
        return {}
    return {"sections": Sections()}


def _numbers(customer_id: UUID) -> tuple[int, int, UUID | None]:
    """Count wallets and contacts, and find the main wallet, in one statement."""
    own = Wallet.customer_id == customer_id
    wallets = select(func.count()).select_from(Wallet).where(own)
    contacts = select(func.count()).select_from(Contact).where(Contact.customer_id == customer_id, Contact.removed_at.is_(None))
    main = select(Wallet.id).where(own).order_by(Wallet.is_main.desc(), Wallet.opened_at, Wallet.id).limit(1)
    return tuple(session().execute(select(wallets.scalar_subquery(), contacts.scalar_subquery(), main.scalar_subquery())).one())
