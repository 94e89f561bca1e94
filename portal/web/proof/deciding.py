"""Whether a proof is fresh enough for what is about to be done."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import TypeVar

from flask import g, request
from flask_login import current_user

from portal.domain.errors import NotAllowed
from portal.values import clock
from portal.web.database import SAFE
from portal.web.proof import asking, showing

View = TypeVar("View", bound=Callable)
MINUTES = 15


def fresh(view: View | None = None, *, minutes: int = MINUTES) -> View:
    """Let a view run only where the person has shown within `minutes` who they are; else ask in its place.

    Goes under @may. A form that was being sent is carried through the question and runs with the answer; a page that was
    asked for is opened after it.
    """
    if view is None:
        return lambda one: fresh(one, minutes=minutes)

    @wraps(view)
    def proved(*arguments, **named):
        if is_fresh(minutes):
            return view(*arguments, **named)
        if current_user.row.side == "view":
            raise NotAllowed
        if request.method in SAFE or "proof_way" not in request.form:
            return asking.question()
        refused = showing.attempt()
        return asking.question(refused=refused) if refused is not None else view(*arguments, **named)

    return proved


def is_fresh(minutes: int = MINUTES) -> bool:
    """Tell whether who this is was shown within the last minutes, or in this very request."""
    return g.get("proved", False) or current_user.row.proved_at + timedelta(minutes=minutes) > clock.now()
