"""Visits: look at the portal as one of a customer's people."""

from uuid import UUID

from flask import Blueprint, g, redirect
from flask_login import current_user

from portal.domain import contacts, customers, viewing
from portal.domain.permissions import ROLE_NAMES
from portal.web import visits
from portal.web.access import may
from portal.web.console.customer_page import customer_page
from portal.web.database import session
from portal.web.forms.viewing import VisitForm
from portal.web.sign_in.targets import HOMES

bp = Blueprint("viewing", __name__, url_prefix="/customers/<uuid:customer_id>/visits")


@bp.get("/new")
@may("customer.view_as")
def new(customer_id: UUID):
    """Ask as whom, and why."""
    return _asked(customers.find(session(), g.actor, customer_id), VisitForm(formdata=None))


@bp.post("")
@may("customer.view_as")
def create(customer_id: UUID):
    """Begin the visit, in a session of its own, and go to the portal."""
    customer = customers.find(session(), g.actor, customer_id)
    form = VisitForm()
    form.offer(viewing.people(session(), customer))
    if not form.validate_on_submit():
        return _asked(customer, form, status=422)
    contact = contacts.find(session(), g.actor, customer_id, UUID(form.person.data))
    try:
        started = viewing.start(session(), customer, contact, reason=form.reason.data, own=current_user.row.id, by=g.actor)
    except viewing.VisitsOff:
        return _asked(customer, form, status=403)
    return visits.set_cookie(redirect(HOMES["portal"], 303), started.token)


def _asked(customer, form: VisitForm, *, status: int = 200):
    people = viewing.people(session(), customer)
    form.offer(people)
    return customer_page(
        customer,
        "console/viewing/new.html",
        section="",
        status=status,
        form=form,
        people=people,
        role_names=ROLE_NAMES,
        minutes=int(viewing.LASTS.total_seconds() // 60),
        off=str(viewing.VisitsOff()),
    )
