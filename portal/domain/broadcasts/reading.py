"""Finding broadcasts, and what became of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.broadcasts.refusals import NoBroadcast
from portal.model import Broadcast, EmailMessage, PreferenceReceipt

PAGE = 50


@dataclass(frozen=True)
class Result:
    """What became of the messages, by their state; and how many who got it have switched its topic off since."""

    states: Mapping[str, int]
    left_since: int

    @property
    def written(self) -> int:
        return sum(self.states.values())

    @property
    def waiting(self) -> int:
        """How many may go out still."""
        return sum(self.states.get(state, 0) for state in ("queued", "deferred", "sending"))

    @property
    def out(self) -> int:
        """How many a server took."""
        return sum(self.states.get(state, 0) for state in ("sent", "delivered", "bounced", "complained"))


def newest(session: Session, actor: Actor, *, before: UUID | None = None, limit: int = PAGE) -> list[Broadcast]:
    """List the broadcasts that an operator reaches, the newest first, from right before one on."""
    wanted = select(Broadcast).where(Broadcast.removed_at.is_(None)).order_by(Broadcast.created_at.desc(), Broadcast.id.desc())
    if before is not None and (last := session.get(Broadcast, before)) is not None:
        wanted = wanted.where(
            (Broadcast.created_at < last.created_at) | ((Broadcast.created_at == last.created_at) & (Broadcast.id < last.id))
        )
    if actor.entity_ids is None:
        return list(session.scalars(wanted.limit(limit)))
    found = (one for one in session.scalars(wanted.execution_options(yield_per=200)) if _reaches(actor, one))
    return [one for one, _ in zip(found, range(limit), strict=False)]


def find(session: Session, actor: Actor, broadcast_id: UUID) -> Broadcast:
    """Find a broadcast that the operator reaches: one limited to some business entities none that goes beyond them.

    :raises NoBroadcast: when there is none.
    """
    found = session.get(Broadcast, broadcast_id, populate_existing=True)
    if found is None or found.removed_at is not None or not _reaches(actor, found):
        raise NoBroadcast
    return found


def result(session: Session, broadcast: Broadcast) -> Result:
    """Count what became of a broadcast's messages."""
    of_it = EmailMessage.broadcast_id == broadcast.id
    states = dict(session.execute(select(EmailMessage.state, func.count()).where(of_it).group_by(EmailMessage.state)).all())
    return Result(states, _left_since(session, broadcast))


def _left_since(session: Session, broadcast: Broadcast) -> int:
    """Count who got it and switched its topic off since.

    Those who switched off are few: each of them is looked up among the messages of theirs. The index of the broadcast, which
    SQLite would take where it knows little of its tables, leads through all of its messages for each of them.
    """
    if broadcast.started_at is None:
        return 0
    got_it = exists().where(
        EmailMessage.contact_id == PreferenceReceipt.contact_id,
        func.coalesce(EmailMessage.broadcast_id, EmailMessage.broadcast_id) == broadcast.id,  # by no index
        EmailMessage.created_at >= broadcast.started_at,
    )
    return session.scalar(
        select(func.count(PreferenceReceipt.contact_id.distinct())).where(
            text("NOT wanted"),
            PreferenceReceipt.topic == broadcast.topic,
            PreferenceReceipt.chosen_at >= broadcast.started_at,
            got_it,
        )
    )


def _reaches(actor: Actor, broadcast: Broadcast) -> bool:
    if actor.entity_ids is None:
        return True
    if broadcast.business_entity_id is not None:
        return broadcast.business_entity_id in actor.entity_ids
    return broadcast.within is not None and {UUID(one) for one in broadcast.within} <= actor.entity_ids
