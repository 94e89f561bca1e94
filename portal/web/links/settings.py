"""“Send me my settings link”: a page for everybody, which answers everybody alike; and a fresh link for one that has run out."""

from flask import Response, flash, g, redirect, request, url_for

from portal.domain import settings_links, throttles
from portal.web import errors
from portal.web.access import public
from portal.web.database import session
from portal.web.forms.links import SettingsLinkForm
from portal.web.htmx import page
from portal.web.links import flow
from portal.web.links.blueprint import bp
from portal.web.signed_in import where_from


@bp.get("/settings")
@public
def settings() -> Response:
    """Ask for the address, or say what was done."""
    return page("links/settings.html", form=SettingsLinkForm(formdata=None), sent="sent" in request.args)


@bp.post("/settings")
@public
def send_settings():
    """Queue the link for the address, if it is a contact's; the answer does not say whether it is."""
    form = SettingsLinkForm()
    if not form.validate_on_submit():
        return page("links/settings.html", form=form, sent=False, status=422)
    if seconds := settings_links.ask(session(), form.email.data, by=_visitor()):
        return _slow_down(seconds)
    return redirect(url_for(".settings", sent=1), 303)


@bp.post("/renewals")
@public
def renew():
    """Mail a fresh link to the address that the one at hand was sent to."""
    purpose = request.form.get("purpose", "")
    if purpose not in flow.RENEWED:
        raise flow.LinkMissing
    found = settings_links.ended(session(), flow.token(purpose), purpose)
    if found is None:
        raise flow.LinkMissing
    if seconds := settings_links.renew(session(), found, by=_visitor()):
        return _slow_down(seconds)
    flash(f"A fresh link is on its way to {found.masked}.")
    return redirect(url_for(".settings", sent=1), 303)


def _visitor():
    return g.actor if g.actor.ip else flow.stranger(**where_from())


def _slow_down(seconds: int) -> Response:
    text = f"There were many tries in a short time. Wait {throttles.in_words(seconds)}, then try again."
    return errors.answer(429, text=text, headers={"Retry-After": str(seconds)})
