"""What all forms that move credit do with their answer: post it, ask a second operator, or put the refusal at its field."""

from collections.abc import Callable
from typing import TypeVar

from flask import Response, flash, redirect, url_for
from flask_wtf import FlaskForm

from portal.domain import approvals, wallets
from portal.domain.errors import Refusal
from portal.model import WalletRequest
from portal.values import ids
from portal.web.console.wallets.blueprint import blame
from portal.web.filters import told

Made = TypeVar("Made")


def posted(form: FlaskForm, act: Callable[[], Made], ask: Callable[[], WalletRequest]) -> Made | Response | None:
    """Do an act, and give what it made; ask for it where it is above the actor's limit, and give the way to the request.

    None when it was refused: the form says why.
    """
    try:
        try:
            return act()
        except approvals.NeedsApproval:
            return _waits(ask())
    except wallets.KeyReused as refusal:
        form.form_errors.append(f"{told(refusal)} Look at the entries first; sending this once more posts it too.")
        form.key.raw = form.key.data = str(ids.new_id())
    except Refusal as refusal:
        blame(form, refusal)
    return None


def _waits(request: WalletRequest) -> Response:
    flash("Nothing has moved yet: a second operator approves it first.")
    return redirect(url_for("console.approvals.show", request_id=request.id), 303)
