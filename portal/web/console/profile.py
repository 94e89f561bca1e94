"""One's own settings in the console: name, look, password, sessions."""

from datetime import timedelta

from flask import Blueprint, flash, g, redirect, url_for
from flask_login import current_user

from portal.domain import passwords, sessions, sign_in, throttles, users
from portal.domain.errors import NotFound
from portal.values import clock
from portal.web.access import may
from portal.web.database import database, session
from portal.web.forms.sign_in import ChangePasswordForm, NewPasswordForm, OwnSettingsForm
from portal.web.htmx import page

FRESH = timedelta(minutes=15)

bp = Blueprint("profile", __name__)


@bp.get("/profile")
@may("self.read")
def show():
    """Show the person's settings, password and sessions."""
    return profile_page()


@bp.post("/profile")
@may("self.change")
def update():
    """Change name, look, language and time zone."""
    form = OwnSettingsForm()
    if not form.validate_on_submit():
        return profile_page(form=form, status=422)
    users.change_own(session(), users.find(session(), g.actor.user_id), form.facts(), by=g.actor)
    flash("Saved.")
    return redirect(url_for("console.profile.show"), 303)


@bp.post("/profile/password")
@may("self.change")
def set_password():
    """Set or change the password. The hashing is done before the transaction begins."""
    with database().reading() as db:
        user = users.find(db, g.actor.user_id)
    form = _password_form(user)
    if not form.validate_on_submit():
        return profile_page(password_form=form, status=422)
    if user.password_hash is None:
        if not _fresh():
            form.password.errors = ["Sign in once more before you set a first password: this session is no longer fresh."]
            return profile_page(password_form=form, status=403)
    elif refusal := _wrong_present(user, form.present.data):
        form.present.errors = [refusal]
        return profile_page(password_form=form, status=422)
    hashed = passwords.hash_password(form.password.data)
    users.set_password(session(), users.find(session(), user.id), hashed, keep=current_user.row.id, by=g.actor)
    flash("Password set. All your other sessions have ended.")
    return redirect(url_for("console.profile.show"), 303)


@bp.post("/profile/sessions/<uuid:session_id>/ending")
@may("self.change")
def end_session(session_id):
    """End one of the person's sessions."""
    if not sessions.end(session(), g.actor.user_id, session_id=session_id, why="ended by the person"):
        raise NotFound
    flash("Session ended.")
    return redirect(url_for("console.profile.show"), 303)


@bp.post("/profile/sessions/ending")
@may("self.change")
def end_other_sessions():
    """End all of the person's sessions but this one."""
    sessions.end(session(), g.actor.user_id, keep=current_user.row.id, why="ended by the person")
    flash("All your other sessions have ended.")
    return redirect(url_for("console.profile.show"), 303)


def profile_page(*, form: OwnSettingsForm | None = None, password_form: NewPasswordForm | None = None, status: int = 200):
    """Show the page with its two forms, each with its errors when it was just refused."""
    with database().reading() as db:
        user = users.find(db, g.actor.user_id)
        opened = sessions.of_user(db, user.id)
    return page(
        "console/profile/show.html",
        user=user,
        form=form or _settings_form(user),
        password_form=password_form or _password_form(user, fill=False),
        sessions=opened,
        present=current_user.row.id,
        fresh=_fresh(),
        status=status,
    )


def _settings_form(user) -> OwnSettingsForm:
    return OwnSettingsForm(
        formdata=None,
        name=user.name,
        locale=user.locale or "",
        time_zone=user.time_zone or "",
        theme=user.display.get("theme", ""),
        density=user.display.get("density", ""),
        keys=user.display.get("keys", True),
    )


def _password_form(user, *, fill: bool = True) -> NewPasswordForm:
    kind = NewPasswordForm if user.password_hash is None else ChangePasswordForm
    more = {} if fill else {"formdata": None}
    return kind(email=user.email, names=(user.name,), **more)


def _fresh() -> bool:
    return current_user.row.proved_at + FRESH > clock.now()


def _wrong_present(user, present: str) -> str:
    """Say why the present password is not accepted; every try is counted, as at the door."""
    with database().writing() as db:
        wait = sign_in.admit(db, user.email, g.actor.ip)
    if wait:
        return f"Too many tries. The next one can be made in {throttles.in_words(wait)}."
    if not passwords.verify(user.password_hash, present):
        return "That is not your present password."
    with database().writing() as db:
        sign_in.let_in(db, user.email, g.actor.ip)
    return ""
