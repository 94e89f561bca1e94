"""Mail that comes by the calendar: the wallet activity of a day, the statements of a month.

Any number of workers may do it at once. Each contact, and each customer, is dealt with in a transaction of its own; one that
fails is written down with its id and stops nobody else.
"""

from collections.abc import Callable, Iterator
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.db import Database, busy
from portal.domain import actors, digests, statement_mail
from portal.domain.messages import NoSender
from portal.values import clock

log = structlog.get_logger(source="portal.calendar")
SECONDS = 30.0
STATEMENT_SECONDS = 600.0
PAGE = 200
BY = actors.system("worker")


def daily(database: Database) -> bool:
    """Write the letters of the day that are due; tell whether there were any."""
    now = clock.now()
    found = _pages(database, lambda session, after: digests.due(session, now, limit=PAGE, after=after))
    made = sum(_act(database, lambda session, one=one: digests.make(session, one, now=now) is not None, contact=one) for one in found)
    return _said("letters of the day", made)


def monthly(database: Database) -> bool:
    """Write the letters of a month that is over; tell whether there were any."""
    now, made = clock.now(), 0
    for month in statement_mail.months(now):
        for one in _pages(database, lambda session, after, month=month: statement_mail.waiting(session, month, limit=PAGE, after=after)):
            with database.reading() as session:
                if not statement_mail.is_over(session, one, month, now):
                    continue
            made += _act(
                database,
                lambda session, one=one, month=month: statement_mail.make(session, one, month, now=now, by=BY),
                customer=one,
            )
    return _said("statements", made)


def _said(what: str, made: int) -> bool:
    if made:
        log.info(what, made=made)
    return made > 0


def _pages(database: Database, page: Callable[[Session, UUID | None], list[UUID]]) -> Iterator[UUID]:
    """Go through what is due page by page, so that one that fails stands in nobody's way."""
    last: UUID | None = None
    while True:
        with database.reading() as session:
            found = page(session, last)
        yield from found
        if len(found) < PAGE:
            return
        last = found[-1]


def _act(database: Database, work: Callable[[Session], int], **about: UUID) -> int:
    """Do one piece of work in its own transaction; 0 when it failed, which is written down."""
    named = {name: str(value) for name, value in about.items()}
    try:
        return int(database.act(work))
    except NoSender as refusal:
        log.warning("nobody to write as", fault=str(refusal), **named)
    except DBAPIError as fault:
        if fault.connection_invalidated or busy(fault):
            raise
        log.exception("left as it is", **named)
    except Exception:
        log.exception("left as it is", **named)
    return 0
