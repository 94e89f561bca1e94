"""What the worker does with a broadcast that goes out or was stopped: one batch, in one transaction, with its row locked."""

from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.broadcasts import sending, stopping
from portal.model import Broadcast
from portal.values import clock


def waiting(session: Session) -> list[UUID]:
    """List the broadcasts that go out now, or were stopped and have messages that wait."""
    return list(session.scalars(select(Broadcast.id).where(_to_do()).order_by(Broadcast.created_at)))


def to_count(session: Session) -> list[UUID]:
    """List the drafts that nobody has counted to the end."""
    counting = (Broadcast.state == "draft", Broadcast.count_state == "counting", Broadcast.removed_at.is_(None))
    return list(session.scalars(select(Broadcast.id).where(*counting).order_by(Broadcast.created_at)))


def work_on(session: Session, broadcast_id: UUID, *, size: int = sending.BATCH, by: Actor) -> bool:
    """Do the next batch of a broadcast; False where there is nothing to do, or another worker is at it."""
    wanted = select(Broadcast).where(Broadcast.id == broadcast_id, _to_do()).with_for_update(skip_locked=True)
    broadcast = session.scalar(wanted.execution_options(populate_existing=True))
    if broadcast is None:
        return False
    if broadcast.state == "stopped":
        stopping.sweep(session, broadcast)
    else:
        if broadcast.state == "scheduled":
            sending.begin(broadcast)
        sending.step(session, broadcast, size=size, by=by)
    return True


def _to_do():
    return or_(
        and_(Broadcast.state == "stopped", Broadcast.stop_done.is_(False)),
        Broadcast.state == "sending",
        and_(Broadcast.state == "scheduled", Broadcast.scheduled_at <= clock.now()),
    )
