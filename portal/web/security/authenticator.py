"""An authenticator app: set up with a QR code or by typing, confirmed by its first code, removed."""

from flask import Response, current_app, flash, g

from portal.domain import factors, users
from portal.web import proof
from portal.web.access import before_second_factor, may
from portal.web.database import database, session
from portal.web.forms.factors import AuthenticatorForm
from portal.web.htmx import page
from portal.web.security.blueprint import back_home, bp, home_url
from portal.web.security.ending import after_setting_up, what_went
from portal.web.security.qr import drawn

STALE = "This secret is more than an hour old. Here is a new one: take it into the app, then type its code."
WRONG = "That is not the code the app would show now. Is the phone's clock right? It has to be, to half a minute."


@bp.get("/authenticator")
@may("self.change")
@before_second_factor
@proof.fresh
def authenticator() -> Response:
    """Show a new secret to an app; nothing is kept until a code comes back."""
    return _page(AuthenticatorForm(formdata=None))


@bp.post("/authenticator")
@may("self.change")
@before_second_factor
@proof.fresh
def set_up_authenticator() -> Response:
    """Keep the app once it has shown a right code."""
    form = AuthenticatorForm()
    vault = current_app.extensions["vault"]
    secret = factors.opened(form.sealed.data or "", g.actor.user_id, vault=vault)
    if secret is None:
        form.code.errors = [STALE]
        return _page(form, status=422)
    if not form.validate_on_submit():
        return _page(form, secret, status=422)
    user = users.find(session(), g.actor.user_id)
    first = not factors.held(session(), user.id).codes_left
    if not factors.set_up(session(), user, secret, form.code.data, vault=vault, by=g.actor):
        form.code.errors = [WRONG]
        return _page(form, secret, status=422)
    flash("The authenticator app is set up. From now on it is asked for when you sign in.")
    return after_setting_up(user, "totp", first=first)


@bp.get("/authenticator/removal")
@may("self.change")
@proof.fresh
def authenticator_removal() -> Response:
    """Say what removing the app does, and ask whether to."""
    held = factors.held(session(), g.actor.user_id)
    if held.totp is None:
        return back_home()
    user = users.find(session(), g.actor.user_id)
    return page("security/removal.html", what="the authenticator app", passkey=None, goes=what_went(user, held), back=home_url())


@bp.post("/authenticator/removal")
@may("self.change")
@proof.fresh
def remove_authenticator() -> Response:
    """Forget the app."""
    removed = factors.remove_totp(session(), users.find(session(), g.actor.user_id), by=g.actor)
    flash(
        "The authenticator app is removed."
        + (" Your password went with it: it was too short to stand alone." if removed.password_gone else "")
    )
    return back_home()


def _page(form: AuthenticatorForm, secret: str | None = None, status: int = 200) -> Response:
    vault = current_app.extensions["vault"]
    with database().reading() as db:
        user = users.find(db, g.actor.user_id)
        replaces = factors.held(db, user.id).totp is not None
    if secret is None:
        form.sealed.data = factors.new_secret(user.id, vault=vault)
        secret = factors.opened(form.sealed.data, user.id, vault=vault)
    size, path = drawn(factors.provisioning_uri(secret, email=user.email, issuer="Portal"))
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    return page(
        "security/authenticator.html",
        form=form,
        size=size,
        path=path,
        groups=groups,
        replaces=replaces,
        back=home_url(),
        status=status,
    )
