"""The address one signs in with, and changing it. One room, with a door on either side."""

from flask import Blueprint, Response, flash, g, redirect, request, url_for

from portal.domain import email_changes, users
from portal.web import proof
from portal.web.access import may
from portal.web.database import database, session
from portal.web.filters import told
from portal.web.forms.own_address import OwnAddressForm
from portal.web.htmx import page

bp = Blueprint("own_address", __name__)


@bp.get("/address")
@may("self.change")
@proof.fresh
def show() -> Response:
    """Show the address, and the one that waits to be confirmed."""
    return _page(OwnAddressForm(formdata=None))


@bp.post("/address")
@may("self.change")
@proof.fresh
def create() -> Response:
    """Ask for another address; the answer does not say whether somebody has it already."""
    form = OwnAddressForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        email_changes.request(session(), users.find(session(), g.actor.user_id), form.email.data, by=g.actor)
    except (email_changes.SameAddress, email_changes.TooManyChanges) as refusal:
        form.email.errors = [told(refusal)]
        return _page(form, refusal.status)
    flash(f"We have written to {form.email.data}. The change counts once you open the link there.")
    return redirect(url_for(".show"), 303)


@bp.post("/address/withdrawal")
@may("self.change")
def withdraw() -> Response:
    """Take the wish back."""
    if email_changes.withdraw(session(), users.find(session(), g.actor.user_id), by=g.actor):
        flash("Taken back. Your address stays as it is.")
    return redirect(url_for(".show"), 303)


def _page(form: OwnAddressForm, status: int = 200) -> Response:
    console = request.blueprint.startswith("console")
    with database().reading() as db:
        user = users.find(db, g.actor.user_id)
        waiting = email_changes.waiting(db, user.id)
    return page(
        "own_address/show.html",
        form=form,
        user=user,
        waiting=waiting,
        back=url_for("console.profile.show" if console else "account.access.show", _anchor="security"),
        layout="layouts/console.html" if console else "layouts/account.html",
        status=status,
    )
