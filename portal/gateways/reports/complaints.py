"""Complaints in the abuse reporting format (RFC 5965)."""

from email.message import Message

from portal.gateways.reports import names
from portal.values.delivery import COMPLAINED, Report

_MEANT = {"abuse", "fraud", "opt-out", "opt-out-list", "other", "virus"}
"""The types that speak against our writing there; not-spam and auth-failure do not."""


def read(message: Message) -> list[Report]:
    """Read a complaint; nothing where the report says the contrary."""
    fields = next((part.get_payload()[0] for part in message.walk() if _is_feedback(part)), None)
    if fields is None:
        return []
    kind = names.text_of(fields, "Feedback-Type").lower()
    if kind not in _MEANT:
        return []
    head = names.returned_head(message)
    recipient = names.address(names.text_of(fields, "Original-Rcpt-To"))
    by = names.text_of(fields, "Reporting-MTA").rpartition(";")[2].strip() or names.text_of(fields, "User-Agent")
    return [
        Report(
            provider_event_id=names.event_id(message, recipient, kind),
            kind=COMPLAINED,
            at=names.moment(*(names.text_of(fields, name) for name in ("Received-Date", "Arrival-Date")), names.text_of(message, "Date")),
            address=recipient,
            words=f"Feedback of the type {kind}" + (f", from {by}" if by else ""),
            own_id=names.own_id(message, head),
            message_ids=names.message_ids(message, head),
        )
    ]


def _is_feedback(part: Message) -> bool:
    return part.get_content_type() == "message/feedback-report" and isinstance(part.get_payload(), list) and bool(part.get_payload())
