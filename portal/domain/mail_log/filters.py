"""What the log is narrowed down to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func

from portal.domain import reach
from portal.domain.actors import Actor
from portal.domain.mail_log.streams import Test

STATES: Mapping[str, tuple[str, str]] = {
    "queued": ("Waiting to be sent", "wait"),
    "sending": ("Being sent", "wait"),
    "sent": ("Sent", ""),
    "delivered": ("Delivered", ""),
    "deferred": ("Put off, tried again", "heed"),
    "bounced": ("Came back", "wrong"),
    "complained": ("Marked as unwanted", "wrong"),
    "suppressed": ("Held back", "off"),
    "failed": ("Not sent", "wrong"),
}
"""By state: the words for it, and the kind of status it is shown as."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What messages are looked for. `q` is the search line; `since` and `until` bound when it was written, `until` excluded.

    `actor` keeps the log to the customers that an operator reaches.
    """

    q: str = ""
    state: str = ""
    topic: str = ""
    letter: str = ""
    sender_id: UUID | None = None
    sent_from: str = ""
    """The address in the From, as it is written."""
    customer_id: UUID | None = None
    contact_id: UUID | None = None
    broadcast_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    actor: Actor | None = None

    def tests(self) -> dict[str, Test]:
        """Give the conditions by the name of what each is about; the days and the search line apart."""
        asked: dict[str, Test] = {
            name: _equals(name, value)
            for name in ("state", "topic", "letter", "sender_id", "customer_id", "contact_id", "broadcast_id")
            if (value := getattr(self, name))
        }
        if self.sent_from:
            asked["sent_from"] = lambda columns: func.lower(columns.from_address) == self.sent_from.lower()
        if self.actor is not None and self.actor.entity_ids is not None:
            asked["reach"] = lambda columns: reach.within(self.actor, columns.customer_id)[0]
        return asked


def _equals(name: str, value: object) -> Test:
    return lambda columns: getattr(columns, name) == value
