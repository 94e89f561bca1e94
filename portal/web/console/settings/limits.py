"""How much each role moves alone, by currency; above it, a second operator approves."""

from flask import Blueprint, Response, flash, g, redirect, request, url_for

from portal.domain import approvals
from portal.domain.errors import Refusal
from portal.web import proof
from portal.web.access import may
from portal.web.console.customer_page import digits
from portal.web.console.settings.contents import contents
from portal.web.console.wallets.blueprint import blame
from portal.web.database import session
from portal.web.filters import amount, reader
from portal.web.forms.approvals import LimitForm
from portal.web.htmx import page

bp = Blueprint("limits", __name__, url_prefix="/limits")


@bp.get("")
@may("settings.read")
def index():
    """List the limits, a row for each currency, and ask for another one."""
    return _page(_offer(LimitForm(formdata=None)))


@bp.post("")
@may("wallet.limit")
@proof.fresh
def update():
    """Set how much a role moves alone in a currency."""
    form = _offer(LimitForm())
    form.amount.locale = reader()[0]
    if form.validate_on_submit():
        role, currency, limit = form.role.data, form.currency.data, form.amount.data
        try:
            approvals.set_limit(session(), role, currency, limit, by=g.actor)
        except Refusal as refusal:
            blame(form, refusal)
        else:
            flash(f"{approvals.roles(session())[role]} moves up to {amount(limit, currency)} {currency} alone.")
            return redirect(url_for(".index"), 303)
    return _page(form, status=422)


@bp.post("/removal")
@may("wallet.limit")
@proof.fresh
def remove():
    """Take a limit away: the role moves any amount alone again."""
    role, currency = request.form.get("role", ""), request.form.get("currency", "")
    approvals.set_limit(session(), role, currency, None, by=g.actor)
    flash(f"{approvals.roles(session())[role]} moves any amount in {currency} alone.")
    return redirect(url_for(".index"), 303)


def _offer(form: LimitForm) -> LimitForm:
    form.role.choices = list(approvals.roles(session()).items())
    return form


def _page(form: LimitForm, *, status: int = 200) -> Response:
    kept, roles = approvals.limits(session()), approvals.roles(session())
    return page(
        "console/settings/limits/index.html",
        "limits",
        status=status,
        contents=contents("console.settings.limits.index"),
        form=form,
        limits=kept,
        currencies=sorted({currency for role, currency in kept if role in roles}),
        roles=list(roles.items()),
        digits=digits,
    )
