"""The state of a message by all that is told of it, in whichever order it came.

A complaint is the last word. Of delivered and bounced the later by its own time holds - a server may take a message and
send it back an hour later - and of two at one moment the bounce. Deferred is what a provider says while it still tries;
it gives way to either.
"""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.model import EmailEvent, EmailMessage
from portal.values.delivery import BOUNCED, COMPLAINED, DEFERRED, DELIVERED

_RANK = {DEFERRED: 0, DELIVERED: 1, BOUNCED: 2}
_OURS = ("queued", "sending", "deferred", "sent", "delivered", "bounced", "complained", "failed")
"""The states that a report moves. What was suppressed was not handed over; a report of it is kept all the same."""


def state_by(events: Iterable[EmailEvent]) -> EmailEvent | None:
    """Give the event whose word holds; None where nothing was told."""
    events = list(events)
    for event in events:
        if event.kind == COMPLAINED:
            return event
    final = [event for event in events if event.kind in {DELIVERED, BOUNCED}]
    return max(final or events, key=lambda event: (event.at, _RANK[event.kind]), default=None)


def settle(session: Session, message: EmailMessage) -> None:
    """Bring a message to the state that all reports on it make.

    A report shows that a server has the message, so that it is not handed over again; `sent_at` says that.
    """
    events = session.scalars(select(EmailEvent).where(EmailEvent.message_id == message.id).execution_options(populate_existing=True))
    holds = state_by(events)
    if holds is None or message.state not in _OURS:
        return
    if message.state == "failed" and (holds.kind == DEFERRED or holds.provider == "smtp"):
        return  # it was given up here, and says so
    message.state = holds.kind
    message.reply = holds.words or message.reply
    message.rule = ""
    if message.sent_at is None and holds.provider != "smtp":
        message.sent_at = holds.at
    session.flush()
