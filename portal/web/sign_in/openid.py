"""Signing in at an OpenID provider: offered by the address's domain, begun with a POST, ended at the provider's own callback."""

from uuid import UUID

from flask import Response, current_app, flash, redirect, request, session, url_for

from portal.domain import providers, sign_in, single_sign_on, users
from portal.domain.providers import AnsweredAlready, NotAdmitted
from portal.model import IdentityProvider
from portal.values.domains import domain_of
from portal.values.openid import Client, Fault, Flow, Shown
from portal.values.sealed import Unsealable
from portal.web.access import public
from portal.web.database import database
from portal.web.database import session as reading
from portal.web.htmx import page
from portal.web.sign_in import flows
from portal.web.sign_in.arriving import act, arrive, held, let_in, visitor
from portal.web.sign_in.blueprint import bp
from portal.web.sign_in.flows import Begun, callback_of
from portal.web.sign_in.provider_words import FAULTS
from portal.web.sign_in.targets import own_path

BACK = {"console": "console.identities.index", "portal": "account.identities.index"}


@bp.context_processor
def offers() -> dict:
    """Let the sign-in page name the operators' providers; they are read when the page draws them."""

    def offered() -> list[IdentityProvider]:
        with database().reading() as db:
            return providers.offered(db)

    def bound() -> bool:
        with database().reading() as db:
            return bool(single_sign_on.roles_bound(db))

    return {"openid_offers": offered, "openid_bound": bound}


def offer(email: str, target: str) -> Response | None:
    """Lead on to the provider that speaks for an address's domain; None where none does, or a mail was asked for.

    The domain decides alone, so that the answer does not say whether the address is known.
    """
    if request.form.get("by") == "mail":
        return None
    with database().reading() as db:
        provider = providers.for_email(db, email)
    if provider is None:
        return None
    session["openid_email"] = email
    return to_provider(provider, target)


def to_provider(provider: IdentityProvider, target: str) -> Response:
    """Lead on to the page that offers a provider, and from there to `target`."""
    return redirect(url_for("sign_in.continue_with_provider", provider_id=provider.id, next=target or None), 303)


@bp.get("/sign-in/openid/<uuid:provider_id>")
@public
def continue_with_provider(provider_id: UUID):
    """Offer to go on to a provider, or to have a link sent after all."""
    provider = providers.open_one(reading(), provider_id)
    return page("sign_in/openid.html", provider=provider, email=session.get("openid_email", ""), next=own_path(request.args.get("next")))


@bp.post("/sign-in/openid/<uuid:provider_id>")
@public
def go_to_provider(provider_id: UUID):
    """Begin a sign-in at a provider."""
    with database().reading() as db:
        provider = providers.open_one(db, provider_id)
    flow = flows.begin(provider_id, target=own_path(request.form.get("next")))
    email = session.get("openid_email", "")
    hint = email if domain_of(email) in {one.domain for one in provider.domains} else ""
    return going_on(provider, flow, hint=hint)


def going_on(provider: IdentityProvider, flow: Flow, *, hint: str = "") -> Response:
    """Answer with a page that leads on by itself.

    It is no redirect, since browsers hold a form's redirects against `form-action`, and a provider sends people on as it likes.
    """
    try:
        address = current_app.extensions["openid"].address(client_of(provider), flow, hint=hint)
    except Fault as fault:
        return failed(provider, fault.kind, fault=fault)
    return page("sign_in/openid_going.html", provider=provider, address=address)


@bp.get("/sign-in/openid/<uuid:provider_id>/callback")
@public
def come_back_from_provider(provider_id: UUID):
    """Take the provider's answer: sign the person in, tie the account to them, or say why not."""
    with database().reading() as db:
        provider = providers.open_one(db, provider_id)
    begun = flows.take(request.args.get("state", ""), provider_id)
    if begun is None:
        return failed(provider, "mismatch")
    try:
        shown = current_app.extensions["openid"].shown(client_of(provider), begun.flow, list(request.args.items(multi=True)))
    except Fault as fault:
        return failed(provider, fault.kind, begun, fault=fault)
    try:
        return _tied(begun, shown) if begun.tie_to else _signed_in(begun, shown)
    except AnsweredAlready:
        return failed(provider, "mismatch", begun)
    except NotAdmitted as refusal:
        if not begun.tie_to:
            _record(shown, refusal.why)
        return failed(provider, "not admitted", begun, why=str(refusal))


def _signed_in(begun: Begun, shown: Shown) -> Response:
    def work(db):
        provider = providers.open_one(db, begun.provider_id)
        providers.spend(db, provider, begun.flow.state)
        who = providers.admit(db, provider, shown, by=visitor())
        return let_in(db, who.user.email, method=sign_in.BY_PROVIDER, target=begun.target, contact_id=who.contact_id)

    entered = act(work)
    if entered is None:
        raise NotAdmitted("no place", "The account is tied to somebody who has no place here any more.")
    return arrive(*entered)


def _record(shown: Shown, why: str) -> None:
    act(lambda db: sign_in.record_refusal(db, shown.email, method=sign_in.BY_PROVIDER, why=why, by=visitor()))


def _tied(begun: Begun, shown: Shown) -> Response:
    def work(db) -> str:
        present = held(db, begun.side)
        if present is None or present.user_id != begun.tie_to:
            raise NotAdmitted("signed out", "You are not signed in here any more. Sign in, then tie the account once more.")
        provider = providers.open_one(db, begun.provider_id)
        providers.spend(db, provider, begun.flow.state)
        providers.tie(db, provider, users.find(db, present.user_id), shown, by=visitor())
        return provider.name

    flash(f"Your account at {act(work)} signs you in now.")
    return redirect(url_for(BACK[begun.side]), 303)


def client_of(provider: IdentityProvider) -> Client:
    """Give what a provider knows us as.

    :raises Fault: settings, when its secret cannot be opened any more.
    """
    try:
        secret = providers.secret_of(provider, vault=current_app.extensions["vault"])
    except Unsealable as gone:
        raise Fault("settings", "The client secret cannot be opened: the installation's key has changed.") from gone
    return Client(issuer=provider.issuer, client_id=provider.client_id, secret=secret, callback=callback_of(provider.id))


def failed(provider: IdentityProvider, kind: str, begun: Begun | None = None, *, why: str = "", fault: Fault | None = None) -> Response:
    """Say why it went no further, in our own words, with a way on; the provider's are for the log."""
    if fault is not None:
        current_app.logger.warning("openid provider %s: %s: %s", provider.id, kind, fault)
    words = FAULTS[kind]
    response = page(
        "sign_in/openid_failed.html",
        provider=provider,
        heading=words.title.format(name=provider.name),
        text=words.text.format(name=provider.name, why=why),
        next=begun.target if begun else "",
        back=url_for(BACK[begun.side]) if begun and begun.tie_to else "",
        status=503 if kind == "unreachable" else 422,
    )
    return response
