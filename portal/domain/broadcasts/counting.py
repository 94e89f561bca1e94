"""Who would get a broadcast: counted by the code that sends it, a batch of customers at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.domain import messages
from portal.domain.broadcasts import segments
from portal.domain.broadcasts.composing import claim
from portal.domain.messages import Addressed
from portal.model import Broadcast
from portal.values import clock


def count_again(session: Session, broadcast: Broadcast, *, version: int) -> None:
    """Have the worker count a draft anew.

    :raises BroadcastChanged, NotInThisState: when somebody else was faster, or it is a draft no more.
    """
    claim(session, broadcast, "draft", version, count_state="counting", count_place="", counts={}, counted_at=None)


@dataclass(frozen=True)
class Counted:
    """A batch that was counted: of which broadcast as it was at which version and place, and what is to be kept of it."""

    broadcast_id: UUID
    version: int
    place: str
    values: Mapping[str, object]


def look(session: Session, broadcast_id: UUID, *, size: int = segments.BATCH) -> Counted | None:
    """Count the next batch of a draft, which takes no lock; None where nothing is to be counted."""
    broadcast = session.get(Broadcast, broadcast_id)
    if broadcast is None or (broadcast.state, broadcast.count_state) != ("draft", "counting"):
        return None
    customers, place = segments.batch(session, broadcast, broadcast.count_place, size=size)
    values = {"counts": added(broadcast.counts, messages.address(session, customers, broadcast.topic)), "count_place": place}
    if not place:
        values |= {"count_state": "counted", "counted_at": clock.now()}
    return Counted(broadcast.id, broadcast.version, broadcast.count_place, values)


def keep(session: Session, counted: Counted) -> bool:
    """Keep what was counted. Where somebody changed the broadcast, or another worker was faster, it counts no more: False."""
    same = (Broadcast.version == counted.version, Broadcast.count_state == "counting", Broadcast.count_place == counted.place)
    kept = update(Broadcast).where(Broadcast.id == counted.broadcast_id, Broadcast.state == "draft", *same).values(**counted.values)
    return session.execute(kept.execution_options(synchronize_session=False)).rowcount == 1


def added(counts: dict, more: Addressed) -> dict:
    """Give counts with those of some more customers."""
    left = dict(counts.get("not", {}))
    for rule, number in more.left.items():
        left[rule] = left.get(rule, 0) + number
    return {
        "customers": counts.get("customers", 0) + more.customers,
        "will": counts.get("will", 0) + len(more.will),
        "not": left,
    }
