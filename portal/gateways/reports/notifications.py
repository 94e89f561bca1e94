"""Delivery status notifications (RFC 3464): one group of fields for each recipient."""

import re
from email.message import Message

from portal.gateways.reports import names
from portal.values.delivery import BOUNCED, DEFERRED, DELIVERED, Report, dead, enhanced_status

_KINDS = {"failed": BOUNCED, "delayed": DEFERRED, "delivered": DELIVERED, "relayed": DELIVERED, "expanded": DELIVERED}
_REPLY = re.compile(r"(?<!\d)([45]\d\d)(?![\d.])")


def read(message: Message) -> list[Report]:
    """Read what a notification tells of each recipient."""
    head = names.returned_head(message)
    found = []
    for group in _groups(message):
        recipient = names.address(names.text_of(group, "Original-Recipient")) or names.address(names.text_of(group, "Final-Recipient"))
        kind = _KINDS.get(names.text_of(group, "Action").partition(" ")[0].lower())
        if kind is None:
            continue
        status, said = names.text_of(group, "Status"), names.text_of(group, "Diagnostic-Code").partition(";")
        words = (said[2] or said[0]).strip()
        found.append(
            Report(
                provider_event_id=names.event_id(message, recipient, kind),
                kind=kind,
                at=names.moment(names.text_of(group, "Last-Attempt-Date"), names.text_of(message, "Date")),
                address=recipient,
                hard=kind == BOUNCED and hard(status, words),
                words=words or status,
                own_id=names.own_id(message, head),
                message_ids=names.message_ids(message, head),
            )
        )
    return found


def hard(status: str, words: str) -> bool:
    """Tell whether a failure says that the address is dead: by the server's own code, else the notification's, else its reply code.

    Many servers write the status 5.0.0 for whatever it was, and the reason into the diagnostic code alone.
    """
    if enhanced_status(words) is not None:
        return dead(None, words)
    own = enhanced_status(status)
    if own is not None and own[1:] != (0, 0):
        return dead(None, status)
    reply = _REPLY.search(words)
    return reply is not None and dead(int(reply[1]), "")


def _groups(message: Message) -> list[Message]:
    """Give the groups of fields; the first is about the whole notification, and some servers leave it out."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            return [group for group in part.get_payload() if group.get("Final-Recipient") or group.get("Original-Recipient")]
    return []
