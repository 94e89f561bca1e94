"""Movements above somebody's limit: those that wait for a second operator, and the answer."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, request, url_for

from portal.domain import approvals, wallets
from portal.domain.errors import Refusal
from portal.domain.ledger import REASONS
from portal.model import WalletRequest
from portal.web.access import may
from portal.web.console.customer_page import digits
from portal.web.console.wallets.requests import plan_of, what
from portal.web.database import session
from portal.web.filters import amount, told
from portal.web.forms.approvals import DecisionForm
from portal.web.htmx import page

STATES = {"waiting": "Waiting", "approved": "Approved", "declined": "Declined", "withdrawn": "Withdrawn"}

bp = Blueprint("approvals", __name__, url_prefix="/approvals")


@bp.get("")
@may("wallet.read")
def index():
    """List the requests of a state: those that wait, the oldest first, where none is named."""
    state = request.args.get("state", "waiting")
    state = state if state in STATES else "waiting"
    found = approvals.waiting(session(), g.actor, state=state, before=request.args.get("before"))
    return page(
        "console/approvals/index.html",
        "requests",
        state=state,
        states=STATES,
        found=found,
        older=url_for(".index", state=state, before=found.older) if found.older else None,
        what=what,
        digits=digits,
    )


@bp.get("/<uuid:request_id>")
@may("wallet.read")
def show(request_id: UUID):
    """Show a request: who asked for what, what will happen, and what became of it."""
    return _page(approvals.find(session(), g.actor, request_id))


@bp.post("/<uuid:request_id>/approval")
@may("wallet.approve")
def approve(request_id: UUID):
    """Approve a request: what was asked for is posted, with both names."""
    asked = approvals.find(session(), g.actor, request_id)
    try:
        entry = approvals.approve(session(), asked, by=g.actor)
    except Refusal as refusal:
        return _page(asked, refused=refusal)
    flash(f"Approved and posted. The balance is {amount(entry.balance_after, asked.wallet.currency)} {asked.wallet.currency}.")
    return redirect(url_for(".show", request_id=request_id), 303)


@bp.post("/<uuid:request_id>/refusal")
@may("wallet.approve")
def decline(request_id: UUID):
    """Decline a request, with a reason."""
    asked = approvals.find(session(), g.actor, request_id)
    form = DecisionForm()
    if form.validate_on_submit():
        try:
            approvals.decline(session(), asked, note=form.note.data or "", by=g.actor)
        except Refusal as refusal:
            if refusal.field != "note":
                return _page(asked, refused=refusal, form=form)
            form.note.errors = [*form.note.errors, told(refusal)]
        else:
            flash("Declined. Nothing was posted.")
            return redirect(url_for(".show", request_id=request_id), 303)
    return _page(asked, form=form, status=422)


@bp.post("/<uuid:request_id>/withdrawal")
@may("wallet.adjust")
def withdraw(request_id: UUID):
    """Take one's own request back."""
    asked = approvals.find(session(), g.actor, request_id)
    try:
        approvals.withdraw(session(), asked, by=g.actor)
    except Refusal as refusal:
        return _page(asked, refused=refusal)
    flash("Withdrawn. Nothing was posted.")
    return redirect(url_for(".index"), 303)


def _page(asked: WalletRequest, *, refused: Refusal | None = None, form: DecisionForm | None = None, status: int = 200) -> Response:
    story = wallets.asked(session(), asked)
    waits = asked.state == "waiting"
    return page(
        "console/approvals/show.html",
        "request",
        status=refused.status if refused is not None else status,
        asked=asked,
        story=story,
        wallet=story.wallet,
        customer=story.customer,
        states=STATES,
        what=what,
        plan=plan_of(story) if waits else None,
        refused=told(refused) if refused is not None else "",
        form=form or DecisionForm(formdata=None),
        answer=_answer(asked) if waits else {},
        reasons=REASONS,
    )


def _answer(asked: WalletRequest) -> dict:
    """Say what the reader may answer: {approve, decline, withdraw}, and `why` not, where they may not approve."""
    if asked.requester_user_id == g.actor.user_id:
        return {"withdraw": True, "why": told(approvals.OwnRequest())}
    if not g.actor.may("wallet.approve"):
        return {"why": "Your role does not approve. Finance, managers and owners do."}
    limit = approvals.limit_of(session(), asked.wallet.currency, by=g.actor)
    if limit is not None and abs(asked.amount) > limit:
        return {"decline": True, "why": told(approvals.BeyondOwnLimit(limit, asked.wallet.currency))}
    return {"approve": True, "decline": True}
