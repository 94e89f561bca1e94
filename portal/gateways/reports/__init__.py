"""Returned mail read: bytes in, what they tell of our messages out.

Delivery status notifications (RFC 3464, and the two plain shapes that are older than it), and complaints in the abuse
reporting format (RFC 5965). Mail that is neither tells nothing.
"""

import email.policy
from email.message import Message
from email.parser import BytesParser

from portal.gateways.reports import complaints, notifications, plain
from portal.values.delivery import Report

LARGEST = 5 * 1024 * 1024


def read(content: bytes) -> list[Report]:
    """Read one message; an empty list when it is no report, or nothing in it can be understood. Never raises for its content."""
    message = BytesParser(policy=email.policy.compat32).parsebytes(content[:LARGEST])
    kind = _report_type(message)
    if kind == "feedback-report":
        return complaints.read(message)
    if kind == "delivery-status":
        return notifications.read(message)
    return plain.read(message)


def _report_type(message: Message) -> str:
    """Tell which report it is: by its type (RFC 6522), else by the part that stands in it."""
    named = str(message.get_param("report-type") or "").lower()
    if named in {"feedback-report", "delivery-status"}:
        return named
    kinds = {part.get_content_type() for part in message.walk()}
    return next((kind for kind in ("feedback-report", "delivery-status") if f"message/{kind}" in kinds), "")
