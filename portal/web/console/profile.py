"""One's own settings in the console: name, look, what one signs in with, sessions."""

from flask import Blueprint, flash, g, redirect, url_for
from flask_login import current_user

from portal.domain import sessions, users
from portal.domain.errors import NotFound
from portal.web import security
from portal.web.access import may
from portal.web.database import database, session
from portal.web.forms.sign_in import DensityForm, OwnSettingsForm
from portal.web.htmx import page
from portal.web.sign_in.targets import own_path

bp = Blueprint("profile", __name__)


@bp.get("/profile")
@may("self.read")
def show():
    """Show the person's settings, what they sign in with, and their sessions."""
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


@bp.post("/profile/density")
@may("self.change")
def set_density():
    """Set lists airy or close, and go back to the list it was asked from."""
    form = DensityForm()
    if form.validate_on_submit():
        users.change_own(session(), users.find(session(), g.actor.user_id), {"density": form.density.data}, by=g.actor)
    return redirect(own_path(form.next.data) or url_for("console.customers.index"), 303)


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


def profile_page(*, form: OwnSettingsForm | None = None, status: int = 200):
    """Show the page, with the form's errors when it was just refused."""
    with database().reading() as db:
        user = users.find(db, g.actor.user_id)
        opened = sessions.of_user(db, user.id)
        owned = security.owned(db, user.id)
    return page(
        "console/profile/show.html",
        user=user,
        form=form or _settings_form(user),
        owned=owned,
        sessions=opened,
        told={row.id: sessions.told(row, g.actor.ip) for row in opened},
        present=current_user.row.id,
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
