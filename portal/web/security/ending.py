"""What follows when a factor was set up, and what would follow if one went."""

from flask import Response, current_app, g, redirect, url_for
from flask import session as form_session

from portal.domain import factors, passwords
from portal.domain.factors import Held
from portal.model import User
from portal.web import proof
from portal.web.database import session
from portal.web.security.blueprint import back_home
from portal.web.security.showing import leave_codes
from portal.web.sign_in.targets import own_path


def after_setting_up(user: User, kind: str, *, first: bool) -> Response:
    """Go on under a new session token: to the recovery codes where there were none, else to where the person was led from."""
    if first:
        vault = current_app.extensions["vault"]
        leave_codes(vault, factors.make_codes(session(), user, vault=vault, by=g.actor))
    proof.renew(kind, within=session())
    if first:
        return redirect(url_for(".recovery_codes"), 303)
    onward = own_path(form_session.pop("after_second_factor", ""))
    return redirect(onward, 303) if onward else back_home()


def what_went(user: User, held: Held) -> list[str]:
    """Say what goes with a factor when it is the last one."""
    if len(held.passkeys) + (held.totp is not None) > 1:
        return []
    gone = ["It is your last second factor: a link or a password alone will sign you in.", "Your recovery codes go with it."]
    if passwords.needs_second_factor(user.password_hash):
        gone.append(f"Your password has fewer than {passwords.LEAST} characters and goes too; set a longer one, or sign in with a link.")
    return gone
