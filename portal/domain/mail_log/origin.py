"""Who a message was written as: kept with it since it was first handed over; before that, as it would be now."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import messages, senders
from portal.model import EmailMessage

_NOT_KEPT = "Which address it really went out from was not kept when it was sent."


@dataclass(frozen=True)
class Origin:
    """The From of a message, where its answers go ("" for there), the domain that signed it ("" for none), and why it is so.

    `settled` is False while the message has not been handed to a server: then it is what holds now.
    """

    name: str
    address: str
    reply_to: str
    signed_by: str
    note: str
    settled: bool


def origin(session: Session, message: EmailMessage) -> Origin:
    """Give who a message was, or will be, written as."""
    if message.from_address:
        kept = (message.from_name, message.from_address, message.reply_to, message.signed_by, message.from_note)
        return Origin(*kept, settled=True)
    sender = messages.sender_of(session, message)
    if message.sent_at is not None:
        return Origin(sender.name, sender.address, sender.reply_to, "", _NOT_KEPT, settled=True)
    now = senders.written_as(session, sender)
    return Origin(now.name, now.address, now.reply_to, now.signing.domain if now.signing else "", now.note, settled=False)
