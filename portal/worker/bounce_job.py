"""Returned mail: read the mailbox that it comes to, where one is set up."""

import structlog

from portal.db import Database
from portal.domain import delivery
from portal.gateways import imap, reports
from portal.settings import Settings

log = structlog.get_logger(source="portal.bounces")
SECONDS = 60.0


def run(database: Database, settings: Settings) -> bool:
    """Take in what came back since; tell whether there was anything. Each message is marked as read after it was taken in."""
    if not settings.bounce_imap_url:
        return False
    seen = 0
    try:
        for content in imap.unread(settings.bounce_imap_url):
            seen += 1
            told, matched = take_in(database, content)
            log.info("returned mail", reports=told, matched=matched)
    except imap.MailboxFault as fault:
        log.error("mailbox of returned mail", fault=str(fault))
    return seen > 0


def take_in(database: Database, content: bytes) -> tuple[int, int]:
    """Take in one message of the mailbox: how much it tells, and how much of it is about messages of ours."""
    told = reports.read(content)
    if not told:
        return 0, 0
    taken = database.act(lambda session: [delivery.take(session, report, provider="mailbox") for report in told])
    return len(told), sum(one.message is not None for one in taken)
