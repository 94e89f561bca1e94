"""Wallets: announce credit that will end, end what is due, tell of balances that fell; forget old keys.

All of it may be done by any number of workers at once: what one has settled, the others find settled. A wallet that
cannot be dealt with is written down with its id and does not stop the others.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby
from typing import TypeVar
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.db import Database, busy
from portal.domain import actors, idempotency
from portal.domain.messages import NoSender
from portal.domain.wallets import alerts, announcing, expiring
from portal.domain.wallets.expiring import Due
from portal.values import clock

log = structlog.get_logger(source="portal.wallet")
SECONDS = 10.0
KEYS_SECONDS = 3600.0
PAGE = 200
TOGETHER = 50
BY = actors.system("worker")

T = TypeVar("T")


def run(database: Database) -> bool:
    """Look after all wallets once; tell whether anything was done."""
    now = clock.now()
    settled = announce(database, now) + end(database, now) + tell_low(database, now)
    if settled:
        log.info("wallets", settled=settled)
    return settled > 0


def announce(database: Database, now: datetime) -> int:
    """Announce credit that will end; say how many grants that was."""
    settled = 0
    for wallet_id in _wallets(database, lambda session, after: announcing.untold(session, now, limit=PAGE, after=after)):
        settled += _act(database, lambda session, one=wallet_id: announcing.announce(session, one, now=now), wallet=wallet_id) or 0
    return settled


def end(database: Database, now: datetime) -> int:
    """End credit that is due; say how many entries that made."""
    made, last = 0, None
    while True:
        with database.reading() as session:
            page = expiring.due(session, now, limit=PAGE, after=last)
        by_wallet = sorted(page, key=lambda grant: (grant.wallet_id, grant.expires_at, grant.grant_id))
        made += sum(
            _end_in(database, wallet_id, list(grants), now) for wallet_id, grants in groupby(by_wallet, lambda grant: grant.wallet_id)
        )
        if len(page) < PAGE:
            return made
        last = page[-1]


def _end_in(database: Database, wallet_id: UUID, grants: list[Due], now: datetime) -> int:
    """End credit of one wallet together, so that one letter tells of it; where that fails, one after the other."""
    made = 0
    for start in range(0, len(grants), TOGETHER):
        some = grants[start : start + TOGETHER]
        entries = _act(database, lambda session, some=some: expiring.end(session, wallet_id, some, now=now, by=BY), wallet=wallet_id)
        if entries is None and len(some) > 1:
            for grant in some:
                alone = _act(
                    database,
                    lambda session, one=grant: expiring.end(session, wallet_id, [one], now=now, by=BY),
                    wallet=wallet_id,
                    grant=grant.grant_id,
                )
                made += len(alone or [])
        made += len(entries or [])
    return made


def tell_low(database: Database, now: datetime) -> int:
    """Tell of balances that fell below what their customers chose, and look out again for those that rose; say how many."""
    with database.reading() as session:
        rose = alerts.has_risen(session)
    settled = database.act(alerts.clear) if rose else 0
    for wallet_id in _wallets(database, lambda session, after: alerts.fallen(session, limit=PAGE, after=after)):
        settled += bool(_act(database, lambda session, one=wallet_id: alerts.tell(session, one, now=now), wallet=wallet_id))
    return settled


def forget_keys(database: Database) -> bool:
    """Forget keys that are kept no longer; tell whether there were any."""
    now, gone = clock.now(), 0
    while some := _forget_some(database, now):
        gone += some
    return gone > 0


def _forget_some(database: Database, now: datetime) -> int:
    with database.reading() as session:
        if not idempotency.any_old(session, now):
            return 0
    return database.act(lambda session: idempotency.forget(session, now))


def _wallets(database: Database, page: Callable[[Session, UUID | None], list[UUID]]) -> Iterator[UUID]:
    """Go through wallets page by page, so that one that fails stands in nobody's way."""
    last = None
    while True:
        with database.reading() as session:
            found = page(session, last)
        yield from found
        if len(found) < PAGE:
            return
        last = found[-1]


def _act(database: Database, work: Callable[[Session], T], **about: UUID) -> T | None:
    """Do one piece of work in its own transaction; None when it failed, which is written down."""
    named = {name: str(value) for name, value in about.items()}
    try:
        return database.act(work)
    except NoSender as refusal:
        log.warning("nobody to write as", fault=str(refusal), **named)
    except DBAPIError as fault:
        if fault.connection_invalidated or busy(fault):
            raise
        log.exception("wallet left as it is", **named)
    except Exception:
        log.exception("wallet left as it is", **named)
    return None
