"""Passkeys of a person: made, named, removed."""

from uuid import UUID

from flask import Response, flash, g

from portal.domain import factors, users
from portal.domain.factors import PasskeyRefused
from portal.web import passkey_asking, proof
from portal.web.access import before_second_factor, may
from portal.web.database import session
from portal.web.forms.factors import PasskeyForm
from portal.web.htmx import page
from portal.web.security.blueprint import back_home, bp, home_url
from portal.web.security.ending import after_setting_up, what_went


@bp.get("/passkeys/new")
@may("self.change")
@before_second_factor
@proof.fresh
def new_passkey() -> Response:
    """Ask for a name, and let the browser make a passkey."""
    return _page(PasskeyForm(formdata=None))


@bp.post("/passkeys/challenges")
@may("self.change")
@before_second_factor
@proof.fresh
def ask_to_register() -> Response:
    """Give the browser what it makes a passkey from."""
    user = users.find(session(), g.actor.user_id)
    return passkey_asking.answer(factors.registration_options(session(), user, site=passkey_asking.site()))


@bp.post("/passkeys")
@may("self.change")
@before_second_factor
@proof.fresh
def create_passkey() -> Response:
    """Keep the passkey that the browser made."""
    form = PasskeyForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    credential, token = passkey_asking.given()
    user = users.find(session(), g.actor.user_id)
    first = not factors.held(session(), user.id).codes_left
    try:
        made = factors.add_passkey(
            session(), user, credential, token=token, name=form.name.data or g.actor.device, site=passkey_asking.site(), by=g.actor
        )
    except PasskeyRefused as refusal:
        form.form_errors = [str(refusal)]
        return _page(form, 422)
    flash(f"The passkey “{made.name}” is kept. It signs you in by itself.")
    return after_setting_up(user, "passkey", first=first)


@bp.get("/passkeys/<uuid:passkey_id>/removal")
@may("self.change")
@proof.fresh
def passkey_removal(passkey_id: UUID) -> Response:
    """Say what removing a passkey does, and ask whether to."""
    passkey = factors.find_passkey(session(), g.actor.user_id, passkey_id)
    held, user = factors.held(session(), g.actor.user_id), users.find(session(), g.actor.user_id)
    return page("security/removal.html", what=f"the passkey “{passkey.name}”", passkey=passkey, goes=what_went(user, held), back=home_url())


@bp.post("/passkeys/<uuid:passkey_id>/removal")
@may("self.change")
@proof.fresh
def remove_passkey(passkey_id: UUID) -> Response:
    """Forget a passkey."""
    passkey = factors.find_passkey(session(), g.actor.user_id, passkey_id)
    removed = factors.remove_passkey(session(), users.find(session(), g.actor.user_id), passkey, by=g.actor)
    flash(
        f"The passkey “{passkey.name}” is removed; the device may still offer it, and it opens nothing."
        + (" Your password went with it: it was too short to stand alone." if removed.password_gone else "")
    )
    return back_home()


def _page(form: PasskeyForm, status: int = 200) -> Response:
    return page("security/passkey_new.html", form=form, back=home_url(), status=status)
