"""Signing in with a passkey alone: the device says who it is, and has verified them."""

from portal.domain import factors, sign_in
from portal.model import User
from portal.web import passkey_asking
from portal.web.access import public
from portal.web.forms.sign_in import AddressForm
from portal.web.htmx import page
from portal.web.sign_in.arriving import act, arrive, let_in, visitor
from portal.web.sign_in.asking import slow_down
from portal.web.sign_in.blueprint import bp
from portal.web.sign_in.targets import own_path

REFUSED = "That passkey opens nothing here: it was removed, or it took longer than five minutes. A link by email works now."


@bp.post("/sign-in/passkey/challenges")
@public
def ask_for_passkey():
    """Give the browser what it asks for a passkey with, whoever it is."""
    asker = visitor()

    def work(db) -> int | tuple[str, str]:
        return sign_in.too_many(db, asker.ip) or factors.authentication_options(db, "sign_in", site=passkey_asking.site(), ip=asker.ip)

    outcome = act(work)
    return slow_down(outcome) if isinstance(outcome, int) else passkey_asking.answer(outcome)


@bp.post("/sign-in/passkey")
@public
def enter_by_passkey():
    """Sign in with a passkey: what one has and what one is, in one."""
    form = AddressForm()
    form.next.data = own_path(form.next.data)
    credential, token = passkey_asking.given()

    def work(db):
        passkey = factors.shown(db, credential, token=token, purpose="sign_in", site=passkey_asking.site())
        if passkey is None:
            return None
        user = db.get_one(User, passkey.user_id)
        entered = let_in(db, user.email, method="passkey", target=form.next.data, second_factor="passkey")
        if entered is None:
            sign_in.record_refusal(db, user.email, method="passkey", why="no access", by=visitor())
        return entered

    outcome = act(work)
    if outcome is not None:
        return arrive(*outcome)
    form.form_errors = [REFUSED]
    return page("sign_in/new.html", form=form, status=422)
