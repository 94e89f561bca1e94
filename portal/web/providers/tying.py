"""Accounts at providers, tied to oneself: mounted under the profile in the console, and under access in the portal."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, request, url_for

from portal.domain import providers, users
from portal.web import proof
from portal.web.access import may
from portal.web.database import database, session
from portal.web.htmx import page
from portal.web.sign_in import flows, openid
from portal.web.signed_in import side

bp = Blueprint("identities", __name__)


@bp.get("")
@may("self.change")
def index() -> Response:
    """List the accounts that sign the person in, and the providers at which one can be tied."""
    return page(
        "providers/identities.html",
        tied=providers.tied(session(), g.actor.user_id, g.actor.customer_id),
        tieable=providers.tieable(session(), g.actor.customer_id),
        console=side() == "console",
        room=f"{'console' if side() == 'console' else 'account'}.identities.",
    )


@bp.post("")
@may("self.change")
@proof.fresh
def tie() -> Response:
    """Go to a provider to tie the account there to oneself."""
    try:
        provider_id = UUID(request.form.get("provider_id", ""))
    except ValueError:
        return redirect(url_for(".index"), 303)
    with database().reading() as db:
        provider = providers.open_one(db, providers.find(db, provider_id, g.actor.customer_id).id)
    return openid.going_on(provider, flows.begin(provider_id, tie_to=g.actor.user_id, side=side()))


@bp.post("/<uuid:identity_id>/removal")
@may("self.change")
@proof.fresh
def untie(identity_id: UUID) -> Response:
    """Untie an account."""
    user = users.find(session(), g.actor.user_id)
    provider = providers.untie(session(), user, identity_id, customer_id=g.actor.customer_id, by=g.actor)
    flash(f"That account at {provider.name} signs you in no more.")
    return redirect(url_for(".index"), 303)
