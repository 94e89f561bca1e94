"""Handing claimed messages over, one after another, each recorded before the next."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.db import Database
from portal.domain import outbox
from portal.domain.letters import LetterIncomplete, UnknownLetter
from portal.domain.outbox import Prepared
from portal.gateways.compose import compose
from portal.gateways.outcomes import Accepted, Deferred, Outcome, Refused, Unreachable
from portal.gateways.smtp import Smtp
from portal.settings import Settings
from portal.worker.signatures import Signer
from portal.worker.together import Together

log = structlog.get_logger(source="portal.mail")
REST = timedelta(seconds=30)
"""So long the rest of a claim waits when there is no server to hand it to."""
RECORDING_SECONDS = 120.0


class Unfit(Exception):
    """The message itself cannot be made; the text says why."""


class HandingOver:
    """Hands messages to a server and writes down what became of each.

    `stopping` is set when the process is to end: what was not begun is put back.
    """

    def __init__(self, database: Database, settings: Settings, together: Together):
        self._database, self._settings, self._together = database, settings, together
        self.stopping = threading.Event()

    def all(self, claimed: list[Prepared], smtp: Smtp) -> bool:
        """Hand messages over one after another; False when the server could not be talked to, and the rest was put back."""
        for number, message in enumerate(claimed):
            if self.stopping.is_set() or not message.in_time:
                self.put_back(claimed[number:])
                return True
            outcome = self.one(message, smtp)
            if _server_is_gone(outcome):
                self.put_back(claimed[number + 1 :], REST)
                return False
        return True

    def one(self, message: Prepared, smtp: Smtp) -> Outcome | None:
        """Hand one message over and record it, at once: what is taken and not recorded would be sent twice. None when it is unfit."""
        signer = Signer(message.signing, self._settings)
        try:
            outcome = self._hand_over(message, smtp, signer)
        except Unfit as fault:
            why = str(fault)
            log.error("message cannot be made", message=str(message.id), fault=why)
            self._record(lambda session: outbox.unfit(session, message, why))
            return None
        self._record(lambda session: _note(session, message, outcome, signer.signed))
        log.info("message", message=str(message.id), outcome=type(outcome).__name__.lower())
        return outcome

    def put_back(self, messages: list[Prepared], pause: timedelta = timedelta(0)) -> None:
        """Give back what was not begun."""
        if messages:
            self._together.write(lambda session: outbox.put_back(session, messages, pause=pause))

    def _hand_over(self, message: Prepared, smtp: Smtp, signer: Signer) -> Outcome:
        try:
            composed = compose(
                sender_name=message.sender_name,
                sender_address=message.sender_address,
                reply_to=message.reply_to,
                to_name=message.to_name,
                to_address=message.to_address,
                rendered=message.rendered,
                message_id=message.message_id,
                date=message.date,
                headers=message.headers,
            )
            return smtp.send(
                self._settings.returns_to(message.id) or message.sender_address,
                message.to_address,
                composed,
                sign=signer,
                within=message.lease.total_seconds() / 2,
            )
        except (LetterIncomplete, UnknownLetter, ValueError) as fault:
            raise Unfit(str(fault)) from fault

    def _record(self, work: Callable[[Session], None]) -> None:
        """Record, again and again while the database does not answer: nobody else can claim the message meanwhile either."""
        until, wait = time.monotonic() + RECORDING_SECONDS, 0.1
        while True:
            try:
                self._together.write(work)
                return
            except SQLAlchemyError as fault:
                if time.monotonic() + wait > until:
                    raise
                log.warning("outcome not recorded yet", fault=type(fault).__name__)
            time.sleep(wait)
            wait = min(wait * 2, 5.0)


def _server_is_gone(outcome: Outcome | None) -> bool:
    return (isinstance(outcome, Unreachable) and not outcome.uncertain) or (isinstance(outcome, Deferred) and outcome.code == 421)


def _note(session: Session, message: Prepared, outcome: Outcome, signed: bool) -> None:
    match outcome:
        case Accepted(reply):
            outbox.accepted(session, message, reply, signed=signed)
        case Deferred(code, reply, of_recipient):
            outbox.deferred(session, message, code, reply, of_recipient=of_recipient)
        case Refused(code, reply, of_recipient):
            outbox.refused(session, message, code, reply, of_recipient=of_recipient)
        case Unreachable(reason, uncertain):
            outbox.unreachable(session, message, reason, uncertain=uncertain)
