"""What holds a claimed message back: it is too old, nobody may write there, or the address had enough for an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.domain import broadcasts, communications, topics
from portal.domain.letters import LETTERS
from portal.domain.topics import TOPICS
from portal.model import Contact, Customer, EmailMessage
from portal.values import clock

STALE_SIGN_IN = timedelta(minutes=10)
PER_ADDRESS = 20
"""So many messages that are not essential go to one address within the hour."""
HOUR = timedelta(hours=1)
_OLDEST = timedelta(days=3)
T = TypeVar("T", Contact, Customer)
_ESSENTIAL = tuple(topic.key for topic in TOPICS.values() if topic.essential)


@dataclass(frozen=True)
class Held:
    """Why a message does not go out: until a time, or for good, in a state."""

    words: str
    state: str = "suppressed"
    until: datetime | None = None


class Judge:
    """Judges the messages of one claim, by the function that explains who will get what."""

    def __init__(self, session: Session, messages: list[EmailMessage]):
        self._session = session
        self._now = clock.now()
        self._people = self._read(Contact, {message.contact_id for message in messages})
        self._customers = self._read(Customer, {contact.customer_id for contact in self._people.values()})
        self._stopped = broadcasts.stop_rules(session, {message.broadcast_id for message in messages} - {None})
        self._standings: dict[tuple[UUID, str], communications.Standing] = {}
        self._counts = self._sent_within_the_hour([message for message in messages if message.topic not in _ESSENTIAL])

    def holds(self, message: EmailMessage) -> Held | None:
        """Say what holds a message back; None when it may go out, which is then counted."""
        if message.topic == "sign_in" and message.created_at + STALE_SIGN_IN < self._now:
            return Held("It was older than the link it carries.", state="failed")
        if message.broadcast_id in self._stopped:
            return Held(self._stopped[message.broadcast_id])
        if (verdict := self._verdict(message)) is not None and not verdict.will:
            return Held(verdict.because)
        return self._throttled(message)

    def _verdict(self, message: EmailMessage) -> communications.Verdict | None:
        topic = topics.find(self._session, message.topic)
        letter = LETTERS.get(message.letter)
        if topic is None or letter is None or letter.code:
            return None  # what nobody can make is said when it is made; a code is asked for by the person who waits for it
        contact = self._people.get(message.contact_id)
        if topic.essential or contact is None or contact.email_key != message.to_key:
            return communications.of_address(self._session, message.to_key, topic)
        if contact.removed_at is not None:
            return communications.Verdict(contact, False, "removed", "The person is no contact any more.")
        standing = self._standing(contact.customer_id, topic.key)
        asked = message.dedup_key.startswith("again:")  # somebody asked for this very message: only what stops all of its kind holds
        return standing.verdict(contact, topic, wanted=True if asked else None)

    def _standing(self, customer_id: UUID, topic: str) -> communications.Standing:
        if (kept := self._standings.get((customer_id, topic))) is None:
            customer = self._customers[customer_id]
            kept = self._standings[customer_id, topic] = communications.Standing.for_topic(self._session, customer, topic)
        return kept

    def _read(self, model: type[T], wanted: set[UUID | None]) -> dict[UUID, T]:
        """Read what the messages of a claim are about in one statement, and hold it."""
        found = self._session.scalars(select(model).where(model.id.in_(wanted - {None}))) if wanted - {None} else ()
        return {one.id: one for one in found}

    def _throttled(self, message: EmailMessage) -> Held | None:
        if message.topic in _ESSENTIAL:
            return None
        made, first = self._counts.get(message.to_key, (0, None))
        if made >= PER_ADDRESS:
            until = (first or self._now) + HOUR
            return Held(f"{made} messages went to this address within the hour; the next ones wait.", until=max(until, self._now))
        self._counts[message.to_key] = (made + 1, first or self._now)
        return None

    def _sent_within_the_hour(self, messages: list[EmailMessage]) -> dict[str, tuple[int, datetime | None]]:
        """Count by address what went out within the hour, or is being handed over by others, and give when the first did."""
        if not messages:
            return {}
        rows = self._session.execute(
            select(EmailMessage.to_key, func.count(), func.min(EmailMessage.sent_at))
            .where(
                EmailMessage.to_key.in_({message.to_key for message in messages}),
                EmailMessage.id.not_in([message.id for message in messages]),
                EmailMessage.created_at > self._now - _OLDEST,
                EmailMessage.topic.not_in(_ESSENTIAL),
                or_(EmailMessage.sent_at > self._now - HOUR, EmailMessage.state == "sending"),
            )
            .group_by(EmailMessage.to_key)
        )
        return {key: (made, first) for key, made, first in rows}
