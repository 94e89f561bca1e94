"""Senders: look whether the records of their keys are published, soon while somebody waits for it, else once a day."""

from uuid import UUID

import structlog

from portal.db import Database
from portal.domain import actors, senders
from portal.gateways.dns import Resolver
from portal.settings import Settings

log = structlog.get_logger(source="portal.senders")
SECONDS = 30.0
BY = actors.system("worker")


def run(database: Database, settings: Settings, resolver: Resolver) -> bool:
    """Check the senders that are due; tell whether there were any."""
    if resolver.off:
        return False
    with database.reading() as session:
        waiting = senders.due(session)
    for sender_id in waiting:
        check(database, settings, resolver, sender_id)
    return bool(waiting)


def check(database: Database, settings: Settings, resolver: Resolver, sender_id: UUID) -> None:
    """Check one sender, unless another worker has it. While name servers are asked, the database is left alone."""
    asked = database.act(lambda session: senders.claim(session, sender_id, returns=settings.bounce_address))
    if asked is None:
        return
    answers = resolver.ask_all(asked)
    state = database.act(lambda session: _settle(session, sender_id, answers, settings))
    log.info("sender", sender=str(sender_id), state=state)


def _settle(session, sender_id: UUID, answers, settings: Settings) -> str:
    settled = senders.settle(session, sender_id, answers, relay=settings.smtp_host, returns=settings.bounce_address, by=BY)
    return settled.dns_state if settled is not None else "changed meanwhile"
