"""Mail: claim a message that is due, hand it over, write down what became of it."""

from uuid import UUID

import structlog

from portal.db import Database
from portal.domain import outbox
from portal.domain.letters import LetterIncomplete, UnknownLetter
from portal.gateways.compose import compose
from portal.gateways.outcomes import Accepted, Deferred, Refused
from portal.gateways.smtp import Smtp
from portal.settings import Settings

log = structlog.get_logger(source="portal.mail")


def run(database: Database, settings: Settings, smtp: Smtp) -> bool:
    """Send what is due; tell whether there was anything."""
    with database.reading() as session:
        waiting = outbox.due(session)
    for message_id in waiting:
        send(database, settings, smtp, message_id)
    return bool(waiting)


def send(database: Database, settings: Settings, smtp: Smtp, message_id: UUID) -> None:
    """Send one message, unless another worker has it."""
    try:
        prepared = database.act(
            lambda session: outbox.claim(session, message_id, secret_key=settings.secret_key.encode(), public_url=settings.public_url)
        )
        if prepared is None:
            return
        message = compose(
            sender_name=prepared.sender_name,
            sender_address=prepared.sender_address,
            reply_to=prepared.reply_to,
            to_name=prepared.to_name,
            to_address=prepared.to_address,
            rendered=prepared.rendered,
            message_id=prepared.message_id,
            date=prepared.date,
            headers=prepared.headers,
        )
        outcome = smtp.send(prepared.sender_address, prepared.to_address, message)
    except (LetterIncomplete, UnknownLetter, ValueError) as fault:
        why = str(fault)
        log.error("message cannot be made", message=str(message_id), fault=why)
        database.act(lambda session: outbox.unfit(session, message_id, why))
        return
    database.act(lambda session: _record(session, message_id, outcome))
    log.info("message", message=str(message_id), outcome=type(outcome).__name__.lower())


def _record(session, message_id: UUID, outcome) -> None:
    match outcome:
        case Accepted(reply):
            outbox.accepted(session, message_id, reply)
        case Deferred(code, reply):
            outbox.deferred(session, message_id, code, reply)
        case Refused(code, reply, of_recipient):
            outbox.refused(session, message_id, code, reply, of_recipient=of_recipient)
        case _:
            outbox.deferred(session, message_id, None, outcome.reason)
