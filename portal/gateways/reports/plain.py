"""Returned mail in plain words, as Exim (before its version 4.90, or so set) and qmail write it."""

import re
from email.message import Message

from portal.gateways.reports import names
from portal.gateways.reports.notifications import hard
from portal.values.delivery import BOUNCED, DEFERRED, Report, enhanced_status

_COPY = re.compile(
    r"^-+ This is a copy of (?:the|your) message.*$|^--- Below this line is a copy of the message\.$|^-+ Original message follows -+$",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"^\s*<?([^\s<>:]+@[^\s<>:]+)>?:?\s*$", re.MULTILINE)
_REFUSED = re.compile(r"(?<!\d)[45]\d\d[ -]\S.*|.*[45][.]\d{1,3}[.]\d{1,3}.*")


def read(message: Message) -> list[Report]:
    """Read returned mail of a shape that programs are known by; nothing for any other mail."""
    text = _text(message)
    cut = _COPY.search(text)
    failed = [names.address(one) for one in names.text_of(message, "X-Failed-Recipients").split(",")]
    if text.lstrip().startswith("Hi. This is the ") and cut is not None:
        failed = _ADDRESS.findall(text[: cut.start()])[:1]
    if cut is None or not any(failed):
        return []
    said, copy = text[: cut.start()], text[cut.end() :]
    words = _words(said)
    status = enhanced_status(words)
    kind = DEFERRED if "delayed" in names.text_of(message, "Subject").lower() and status is None else BOUNCED
    return [
        Report(
            provider_event_id=names.event_id(message, recipient, kind),
            kind=kind,
            at=names.moment(names.text_of(message, "Date")),
            address=recipient,
            hard=kind == BOUNCED and hard("", words),
            words=words,
            own_id=names.own_id(message, copy),
            message_ids=names.message_ids(message, copy),
        )
        for recipient in failed
        if recipient
    ]


def _words(said: str) -> str:
    """Find the lines in which the server that refused speaks; where none does, what follows the address."""
    refused = [line.strip() for line in said.splitlines() if _REFUSED.fullmatch(line.strip())]
    if refused:
        return " ".join(refused)[:500]
    address = _ADDRESS.search(said)
    return " ".join(said[address.end() :].split())[:500] if address else ""


def _text(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/plain" and not part.is_multipart():
            return (
                (part.get_payload(decode=True) or b"").decode(part.get_content_charset("utf-8") or "utf-8", "replace").replace("\r\n", "\n")
            )
    return ""
