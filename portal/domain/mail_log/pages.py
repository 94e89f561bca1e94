"""One page of the log, by keys: of all that somebody reaches, narrowed down, or of what went to one person."""

from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import communications
from portal.domain.actors import Actor
from portal.domain.letters import LETTERS
from portal.domain.mail_log import looking, streams
from portal.domain.mail_log.filters import STATES, Filters
from portal.domain.mail_log.streams import Place, Stream
from portal.model import EmailMessage
from portal.values.text import fold

PAGE = 50
CAP = 1000
_OF_ANY_TOPIC = frozenset({"broadcast"})
"""The letters whose messages have each a topic of their own."""
_OF_BROADCAST = (EmailMessage.broadcast_id.is_not(None),)
_RARE = ("queued", "sending", "deferred", "bounced", "complained", "suppressed", "failed")


class Count(NamedTuple):
    """How many messages fit, and whether there are more."""

    number: int
    more: bool = False

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.more else ''}"


@dataclass(frozen=True)
class MessagePage:
    """A page of messages, the newest first; `older` is the id to go on from, None on the last page.

    `count` is how many there are, on the first page. A page may be short, or empty, and have an `older` one: then only
    so many messages were looked through, and `looked_to` is the last of them.
    """

    rows: list[EmailMessage]
    older: UUID | None
    count: Count | None = None
    looked_to: EmailMessage | None = None


def page(session: Session, filters: Filters, *, before: UUID | None = None) -> MessagePage:
    """Read the page of the log that begins right before a message; without one, the first."""
    place = _place(session, before)
    limit = PAGE + 1 if place else CAP + 1
    return _page(session, _streams(session, filters), filters, place, limit)


def of_person(session: Session, actor: Actor, *, before: UUID | None = None) -> MessagePage:
    """Read a page of what went to the person who is signed in: as this customer's contact, and as the one who signs in."""
    people = session.scalars(communications.person(actor.contact_id)) if actor.contact_id else ()
    own = [Stream(by=(EmailMessage.contact_id == one,)) for one in people]
    if actor.user_id:
        own.append(Stream(by=(EmailMessage.user_id == actor.user_id, EmailMessage.contact_id.is_(None))))
    return _page(session, own, Filters(), _place(session, before), PAGE + 1)


def _page(session: Session, wanted: list[Stream], filters: Filters, before: Place | None, limit: int) -> MessagePage:
    period = {"before": before, "since": filters.since, "until": filters.until}
    found = streams.merged([streams.read(session, one, limit=limit, **period) for one in wanted], limit)
    shown = [row_id for _, row_id in found.places[:PAGE]]
    rows = {row.id: row for row in session.scalars(select(EmailMessage).where(EmailMessage.id.in_(shown)))}
    full = len(found.places) > PAGE
    floor = found.places[PAGE - 1] if full else found.floor
    return MessagePage(
        [rows[row_id] for row_id in shown],
        floor[1] if floor else None,
        _count(len(found.places), limit, found.floor) if before is None else None,
        session.get(EmailMessage, floor[1]) if floor and not full else None,
    )


def _count(number: int, limit: int, floor: Place | None) -> Count | None:
    if floor is None:
        return Count(number)
    return Count(CAP, more=True) if number >= min(limit, CAP) else None


def _place(session: Session, message_id: UUID | None) -> Place | None:
    if message_id is None:
        return None
    row = session.execute(select(EmailMessage.created_at, EmailMessage.id).where(EmailMessage.id == message_id)).first()
    return tuple(row) if row else None


def _streams(session: Session, filters: Filters) -> list[Stream]:
    """Choose the index that finds the fewest, and test the rest of the conditions on what it gives."""
    tests = filters.tests()
    by, named = _driver(filters)
    if fold(filters.q):
        return [
            replace(one, by=one.by or by, tested=(*one.tested, *_rest(tests, "" if one.by else named)))
            for one in looking.streams(session, filters.q)
        ]
    if filters.broadcast_id and named not in {"contact_id", "customer_id"}:
        return [
            Stream(
                (*_OF_BROADCAST, EmailMessage.broadcast_id == filters.broadcast_id, EmailMessage.state == state),
                tuple(_rest(tests, "broadcast_id", "state")),
            )
            for state in ([filters.state] if filters.state else STATES)
        ]
    if filters.topic and named in {"", "sender_id"}:
        return [
            Stream((EmailMessage.letter == name,), tuple(_rest(tests, "topic" if name in LETTERS and name not in _OF_ANY_TOPIC else "")))
            for name in _letters(session)
            if name not in LETTERS or name in _OF_ANY_TOPIC or LETTERS[name].topic == filters.topic
        ]
    return [Stream(by, tuple(_rest(tests, named)))]


def _driver(filters: Filters) -> tuple[tuple, str]:
    """Give the conditions that an index answers best, and the name of the filter that they are."""
    for name in ("contact_id", "customer_id", "letter", "state", "sender_id"):
        value = getattr(filters, name)
        if name == "state" and value in _RARE:
            return streams.in_state(value), name
        if value and name != "state":
            return (getattr(EmailMessage, name) == value,), name
    return (), ""


def _rest(tests: dict[str, streams.Test], *names: str) -> list[streams.Test]:
    return [test for about, test in tests.items() if about not in names]


def _letters(session: Session) -> list[str]:
    """List the letters that were ever written, one step in the index for each."""
    found: list[str] = []
    while True:
        last = found[-1] if found else ""
        name = session.scalar(select(EmailMessage.letter).where(EmailMessage.letter > last).order_by(EmailMessage.letter).limit(1))
        if name is None:
            return found
        found.append(name)
