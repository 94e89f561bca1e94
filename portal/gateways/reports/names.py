"""By what a report names the message that it is about, and when it was written."""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from uuid import UUID

from portal.values import clock

MESSAGE_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
_OWN_ID = re.compile(r"^X-Portal-Message:\s*([0-9a-f-]{36})\s*$", re.IGNORECASE | re.MULTILINE)
_RETURNS_TO = re.compile(r"\+([0-9a-f]{32})@")
_CAME_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")


def text_of(message: Message, name: str) -> str:
    """Give a header as one line of text; empty where it is missing."""
    return " ".join(str(message.get(name, "")).split())


def own_id(report: Message, returned: str) -> UUID | None:
    """Find our own id of the message: in the head that came back, else in the address that the report was sent to."""
    if (found := _OWN_ID.search(returned)) is not None:
        return _uuid(found[1])
    for name in _CAME_TO:
        for value in report.get_all(name, []):
            if (found := _RETURNS_TO.search(str(value))) is not None:
                return _uuid(found[1])
    return None


def message_ids(report: Message, returned: str) -> tuple[str, ...]:
    """Collect the Message-IDs of what came back; where no head came back, those that the report answers to."""
    head = re.search(r"^Message-ID:\s*(\S+)", returned, re.IGNORECASE | re.MULTILINE)
    if head is not None:
        return tuple(MESSAGE_ID.findall(head[1]))
    answered = (text_of(report, name) for name in ("X-Original-Message-ID", "In-Reply-To", "References"))
    return tuple(dict.fromkeys(MESSAGE_ID.findall(" ".join(answered))))[-5:]


def returned_head(report: Message) -> str:
    """Give the head of the message that came back, as text: it comes whole, or as headers alone (RFC 6522)."""
    for part in report.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" and part is not report and isinstance(part.get_payload(), list):
            (inner,) = part.get_payload()[:1] or [Message()]
            return head_text(inner.items())
        if kind in {"text/rfc822-headers", "message/rfc822-headers"}:
            if isinstance(part.get_payload(), list):
                return head_text(part.get_payload()[0].items())
            return (part.get_payload(decode=True) or b"").decode("utf-8", "replace")
    return ""


def head_text(items: Iterable[tuple[str, object]]) -> str:
    """Write headers one a line."""
    return "\n".join(f"{name}: {' '.join(str(value).split())}" for name, value in items)


def address(field: str) -> str:
    """Read the address of a field as in "rfc822; someone@example.com" or "<someone@example.com>"."""
    found = parseaddr(field.rpartition(";")[2].strip())[1]
    return found if "@" in found and len(found) <= 254 else ""


def moment(*fields: str) -> datetime:
    """Read the first date that is one; now where none is."""
    for field in fields:
        try:
            found = parsedate_to_datetime(field)
        except (TypeError, ValueError, IndexError):
            continue
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    return clock.now()


def event_id(report: Message, *parts: str) -> str:
    """Name one thing that a report tells, the same whenever the report is read."""
    named = text_of(report, "Message-ID") or hashlib.sha256(report.as_bytes()).hexdigest()
    return hashlib.sha256("\n".join((named, *parts)).encode()).hexdigest()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
