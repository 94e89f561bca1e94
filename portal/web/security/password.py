"""One's own password: set, changed, removed. The hashing is done before the transaction begins."""

from flask import Response, flash, g
from flask_login import current_user

from portal.domain import factors, passwords, sign_in, throttles, users
from portal.model import User
from portal.values import clock
from portal.web import proof
from portal.web.access import may
from portal.web.database import database, session
from portal.web.forms.sign_in import ChangePasswordForm, NewPasswordForm
from portal.web.htmx import page
from portal.web.security.blueprint import back_home, bp, home_url


@bp.get("/password")
@may("self.change")
@proof.fresh
def password() -> Response:
    """Show the form for a new password."""
    user, alone = _of_whom()
    return _page(_form(user, alone, fill=False), user, alone)


@bp.post("/password")
@may("self.change")
@proof.fresh
def set_password() -> Response:
    """Set or change the password; every other session ends."""
    user, alone = _of_whom()
    form = _form(user, alone)
    if not form.validate_on_submit():
        return _page(form, user, alone, 422)
    if _wants_present(user) and (refusal := _wrong_present(user, form.present.data)):
        form.present.errors = [refusal]
        return _page(form, user, alone, 422)
    hashed = passwords.hash_password(form.password.data)
    proof.renew(within=session())
    users.set_password(session(), users.find(session(), user.id), hashed, keep=current_user.row.id, by=g.actor)
    flash(f"Password set: it {passwords.strength(form.password.data)}. All your other sessions have ended.")
    return back_home()


@bp.post("/password/removal")
@may("self.change")
@proof.fresh
def remove_password() -> Response:
    """Do without a password: a link by email signs in."""
    users.remove_password(session(), users.find(session(), g.actor.user_id), by=g.actor)
    flash("Password removed. You sign in with a link by email, or a passkey.")
    return back_home()


def _of_whom() -> tuple[User, bool]:
    """Give the person, and whether a password of theirs would stand alone."""
    with database().reading() as db:
        user = users.find(db, g.actor.user_id)
        return user, not factors.owed(db, user.id)


def _wants_present(user: User) -> bool:
    """Who has just come in by email has perhaps forgotten it, and need not know it."""
    row = current_user.row
    just_by_email = row.method in sign_in.BY_EMAIL and row.created_at + sign_in.FRESH > clock.now()
    return user.password_hash is not None and not just_by_email


def _form(user: User, alone: bool, *, fill: bool = True) -> NewPasswordForm:
    kind = ChangePasswordForm if _wants_present(user) else NewPasswordForm
    return kind(email=user.email, names=(user.name,), alone=alone, **({} if fill else {"formdata": None}))


def _page(form: NewPasswordForm, user: User, alone: bool, status: int = 200) -> Response:
    least = passwords.LEAST if alone else passwords.LEAST_OF_TWO
    return page("security/password.html", form=form, user=user, least=least, alone=alone, back=home_url(), status=status)


def _wrong_present(user: User, present: str) -> str:
    """Say why the present password is not accepted; every try is counted, as at the door."""
    if wait := database().act(lambda db: sign_in.admit(db, user.email, g.actor.ip)):
        return f"Too many tries. The next one can be made in {throttles.in_words(wait)}."
    if not passwords.verify(user.password_hash, present):
        return "That is not your present password."
    database().act(lambda db: sign_in.let_in(db, user.email, g.actor.ip))
    return ""
