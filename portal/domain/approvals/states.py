"""From waiting to decided, once."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.approvals.refusals import Decided
from portal.model import WalletRequest
from portal.values import clock


def settle(session: Session, request: WalletRequest, state: str, *, note: str = "", by: Actor) -> None:
    """Decide a request that waits; of two who decide at once the second finds it decided.

    :raises Decided: when it does not wait any more.
    """
    session.flush()
    settled = session.execute(
        update(WalletRequest)
        .where(WalletRequest.id == request.id, WalletRequest.state == "waiting")
        .values(state=state, decider_user_id=by.user_id, decider_name=by.name[:255], decided_at=clock.now(), decision_note=note)
        .execution_options(synchronize_session=False)
    )
    look_again(session, request)
    if settled.rowcount != 1:
        raise Decided(request.state, request.decider_name)


def look_again(session: Session, request: WalletRequest) -> None:
    """Read anew what a decision changes; what is loaded around the request stays."""
    session.refresh(request, ["state", "decider_user_id", "decider_name", "decided_at", "decision_note", "entry_id"])
