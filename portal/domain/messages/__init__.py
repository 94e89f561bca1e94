"""Messages: written with the act that causes them, one row a person; the outbox sends them (see outbox.py)."""

from portal.domain.messages.finding import NothingToRepeat, find, for_one_moment, repeated, send_again, sender_of
from portal.domain.messages.many import NO_SENDER, Addressed, address, tell_all
from portal.domain.messages.writing import MOVEMENTS, NoSender, Recipient, links_for, queue, recipient, tell, why_of, written_to

__all__ = [
    "MOVEMENTS",
    "NO_SENDER",
    "Addressed",
    "NoSender",
    "NothingToRepeat",
    "Recipient",
    "address",
    "find",
    "for_one_moment",
    "links_for",
    "queue",
    "recipient",
    "repeated",
    "send_again",
    "sender_of",
    "tell",
    "tell_all",
    "why_of",
    "written_to",
]
