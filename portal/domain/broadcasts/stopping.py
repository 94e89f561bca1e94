"""Stopping a broadcast: from then on nothing of it is handed over, and what waits is marked as held back."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.broadcasts.refusals import NotInThisState
from portal.model import Broadcast, EmailMessage
from portal.values import clock

SWEEP = 1000
_WAITS = ("queued", "deferred")


def stop(session: Session, broadcast: Broadcast, *, by: Actor) -> None:
    """Stop a broadcast that is going out, or whose messages wait still.

    Whatever is not being handed over at this moment stays here: the outbox asks before each message.

    :raises NotInThisState: when there is nothing to stop.
    """
    session.refresh(broadcast, with_for_update=True)
    if broadcast.state not in ("sending", "done") or (broadcast.state == "done" and not _left(session, broadcast.id, limit=1)):
        raise NotInThisState("There is nothing left to stop: all of it went out.")
    broadcast.state, broadcast.stopped_by, broadcast.stop_done = "stopped", by.name[:200] or "Portal", False
    broadcast.finished_at = broadcast.finished_at or clock.now()
    broadcast.version += 1
    session.flush()
    facts = {"contacts": broadcast.progress.get("queued", 0)}
    audit.record(session, "broadcast.stopped", by=by, subject=broadcast, subject_name=broadcast.name, facts=facts)


def stop_rules(session: Session, broadcast_ids: Collection[UUID]) -> dict[UUID, str]:
    """Give the rules by which messages of broadcasts are held back, for those that were stopped."""
    if not broadcast_ids:
        return {}
    stopped = select(Broadcast.id, Broadcast.stopped_by).where(Broadcast.id.in_(broadcast_ids), Broadcast.state == "stopped")
    return {row.id: _rule(row.stopped_by) for row in session.execute(stopped)}


def sweep(session: Session, broadcast: Broadcast, *, size: int = SWEEP) -> None:
    """Mark the next of the messages that wait; its row is locked."""
    left = _left(session, broadcast.id, limit=size)
    session.execute(
        update(EmailMessage)
        .where(EmailMessage.id.in_(left), EmailMessage.state.in_(_WAITS))
        .values(state="suppressed", rule=_rule(broadcast.stopped_by), claimed_until=None, claim_id=None)
        .execution_options(synchronize_session=False)
    )
    broadcast.stop_done = len(left) < size


def _left(session: Session, broadcast_id: UUID, *, limit: int) -> list[UUID]:
    waiting = select(EmailMessage.id).where(EmailMessage.broadcast_id == broadcast_id, EmailMessage.state.in_(_WAITS)).limit(limit)
    return list(session.scalars(waiting.with_for_update(skip_locked=True)))


def _rule(name: str) -> str:
    return f"The broadcast was stopped by {name}."
