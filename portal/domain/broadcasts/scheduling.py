"""Saying when a broadcast goes out; until then it can be taken back."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.domain import audit, topics
from portal.domain.actors import Actor
from portal.domain.broadcasts.composing import claim
from portal.domain.broadcasts.letter import check_words, words
from portal.domain.broadcasts.refusals import InThePast, NobodyWill, NotCounted, NumberWrong, WordsUnfit
from portal.domain.errors import Refusal
from portal.model import Broadcast
from portal.values import clock

ASKS_FOR_NUMBER = 1000
"""Above so many readers their number is typed before it is sent."""
_FURTHEST = timedelta(days=366)


def schedule(session: Session, broadcast: Broadcast, at: datetime | None, *, number: int | None = None, version: int, by: Actor) -> None:
    """Let a draft go out at a time (None: now); `number` is how many will get it, as typed.

    :raises NotCounted, NobodyWill, NumberWrong, InThePast, WordsUnfit, Refusal: while it cannot.
    :raises BroadcastChanged, NotInThisState: when somebody else was faster, or it is a draft no more.
    """
    now = clock.now()
    _refuse_unready(session, broadcast)
    will = broadcast.counts["will"]
    if will > ASKS_FOR_NUMBER and number != will:
        raise NumberWrong(f"{will:,} people will get this. Type their number, so that it is no slip.", field="number")
    if at is not None and at < now - timedelta(minutes=1):
        raise InThePast(field="day")
    if at is not None and at > now + _FURTHEST:
        raise Refusal("This is more than a year ahead.", field="day")
    claim(session, broadcast, "draft", version, state="scheduled", scheduled_at=at or now, scheduled_by=by.name[:255])
    facts = {"at": at or now, "contacts": will, "view": broadcast.view_name}
    audit.record(session, "broadcast.scheduled", by=by, subject=broadcast, subject_name=broadcast.name, facts=facts)


def take_back(session: Session, broadcast: Broadcast, *, version: int, by: Actor) -> None:
    """Make a draft again of a broadcast whose time has not come.

    :raises BroadcastChanged, NotInThisState: when somebody else was faster, or it is going out already.
    """
    claim(session, broadcast, "scheduled", version, state="draft", scheduled_at=None, scheduled_by="")
    audit.record(session, "broadcast.taken_back", by=by, subject=broadcast, subject_name=broadcast.name)


def _refuse_unready(session: Session, broadcast: Broadcast) -> None:
    if faults := check_words(words(broadcast)):
        raise WordsUnfit(faults)
    topic = topics.find(session, broadcast.topic)
    if topic is None or topic.hidden or topic.essential:
        raise Refusal("Its topic is not offered any more. Choose another one.", field="topic")
    if broadcast.state == "draft" and broadcast.count_state != "counted":
        raise NotCounted
    if not broadcast.counts.get("will"):
        raise NobodyWill
