"""Sending: the messages of a batch of customers and the place behind them are written in one transaction.

So a worker that is killed leaves no half of a batch: the next one goes on from the place that is kept. Each contact's
dedup key holds all the same, whoever writes.
"""

from sqlalchemy.orm import Session

from portal.domain import audit, messages, topics
from portal.domain.actors import Actor
from portal.domain.broadcasts import segments
from portal.domain.broadcasts.counting import added
from portal.domain.broadcasts.letter import LETTER
from portal.domain.letters.phrases import say
from portal.model import Broadcast
from portal.values import clock

BATCH = 200
"""Customers in a transaction, which on SQLite keeps every other writer waiting: a tenth of a second, and not more."""


def begin(broadcast: Broadcast) -> None:
    """Begin a broadcast whose time has come; its row is locked."""
    broadcast.state, broadcast.started_at = "sending", clock.now()


def step(session: Session, broadcast: Broadcast, *, size: int = BATCH, by: Actor) -> None:
    """Write the messages of the next batch; after the last one it is done. Its row is locked."""
    topic = topics.find(session, broadcast.topic)
    customers, place = segments.batch(session, broadcast, broadcast.place, size=size)
    addressed = messages.address(session, customers, topic.key)
    facts = {"broadcast": str(broadcast.id), "topic_words": say(topic.words)}
    written = messages.tell_all(
        session, addressed, LETTER.name, topic, facts=facts, key=f"broadcast:{broadcast.id}", broadcast_id=broadcast.id
    )
    queued = broadcast.progress.get("queued", 0) + written
    broadcast.progress = added(broadcast.progress, addressed) | {"queued": queued}
    broadcast.place = place
    if not place:
        broadcast.state, broadcast.finished_at = "done", clock.now()
        audit.record(session, "broadcast.written", by=by, subject=broadcast, subject_name=broadcast.name, facts={"contacts": queued})
