"""What is told of a message after it was handed over, and what a mail server's refusal says about an address."""

import base64
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

DELIVERED, DEFERRED, BOUNCED, COMPLAINED = KINDS = ("delivered", "deferred", "bounced", "complained")
_STATUS = re.compile(r"(?<![\d.])([245])[.](\d{1,3})[.](\d{1,3})(?![\d.])")
_DEAD = {
    *((1, detail) for detail in (0, 1, 2, 3, 6, 10)),  # no such mailbox, no such system, bad syntax, moved, takes no mail at all
    (2, 1),  # the mailbox is disabled
    (4, 1),  # no answer from the host; the larger hosted services say so for a mailbox that is not there
    (4, 4),  # nowhere to route to
}
"""Subject and detail of the enhanced status codes (RFC 3463) that speak of the address and will not mend by themselves."""
_DEAD_REPLIES = {550, 551, 553}


@dataclass(frozen=True, kw_only=True)
class Report:
    """One thing told of one message by a provider, a mailbox or a server.

    It names the message by `own_id`, else by a Message-ID of `message_ids` (with angle brackets), else by what the provider
    called it when it took it. `hard` says of a bounce that the address takes no mail at all.
    """

    provider_event_id: str
    kind: str
    at: datetime
    address: str = ""
    hard: bool = False
    words: str = ""
    own_id: UUID | None = None
    message_ids: tuple[str, ...] = ()
    provider_ref: str = ""


def enhanced_status(text: str) -> tuple[int, int, int] | None:
    """Find the enhanced status code in a server's words, as in "5.1.1" (RFC 3463)."""
    found = _STATUS.search(text)
    return tuple(int(part) for part in found.groups()) if found else None


def dead(code: int | None, words: str) -> bool:
    """Tell whether a refusal says that the address takes no mail at all: not that the mailbox is full, or the message unwelcome.

    The enhanced code decides where there is one, else the reply code at RCPT (RFC 5321, 4.2.3).
    """
    status = enhanced_status(words)
    if status is not None:
        return status[0] == 5 and status[1:] in _DEAD
    return code in _DEAD_REPLIES


def full(code: int | None, words: str) -> bool:
    """Tell whether a server puts a message off for want of room, or because we write too much: it takes longer to mend."""
    status = enhanced_status(words)
    return code == 452 or (status is not None and (status[1:] in {(2, 2), (3, 1)} or status[1] == 7))


SNS_TOPIC = re.compile(r"arn:aws(?:-[a-z]+)*:sns:([a-z]{2}(?:-[a-z]+)+-\d):\d{12}:[A-Za-z0-9_-]{1,256}")
"""A topic of Amazon SNS; its region is the first group."""


def new_hook_secret() -> str:
    """Make a secret for signing, 24 random bytes, written as the Standard Webhooks write it: whsec_ and base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
