"""Broadcasts: sent, stopped and counted, a batch of customers at a time."""

from collections.abc import Callable
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError

from portal.db import Database, busy
from portal.domain import actors, broadcasts

log = structlog.get_logger(source="portal.broadcast")
BY = actors.system("worker")


def run(database: Database) -> bool:
    """Do one batch of each broadcast that waits; tell whether there was any. One that fails stands in no other's way."""
    with database.reading() as session:
        going, uncounted = broadcasts.waiting(session), broadcasts.to_count(session)
    done = [_act(one, lambda one=one: database.act(lambda session: broadcasts.work_on(session, one, by=BY))) for one in going]
    done += [_act(one, lambda one=one: _count(database, one)) for one in uncounted]
    return any(done)


def _count(database: Database, broadcast_id: UUID) -> bool:
    """Count a batch, and keep it in a short transaction of its own: judging holds no lock."""
    with database.reading() as session:
        counted = broadcasts.look(session, broadcast_id)
    return counted is not None and database.act(lambda session: broadcasts.keep(session, counted))


def _act(broadcast_id: UUID, work: Callable[[], bool]) -> bool:
    try:
        return work()
    except DBAPIError as fault:
        if fault.connection_invalidated or busy(fault):
            raise
        log.exception("broadcast left as it is", broadcast=str(broadcast_id))
    except Exception:
        log.exception("broadcast left as it is", broadcast=str(broadcast_id))
    return False
