"""What became of a message that was handed to a mail server (reply classes: RFC 5321, 4.2.1)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Accepted:
    """The server took it: 250 after the message's last line."""

    reply: str


@dataclass(frozen=True)
class Deferred:
    """The server says not now (4yz): the same message may be handed over later; `of_recipient` as for Refused."""

    code: int
    reply: str
    of_recipient: bool = False


@dataclass(frozen=True)
class Refused:
    """The server says never (5yz): handing the same message over again is pointless.

    `of_recipient` is True when it said so to the reader's address; else the sender, the message or the server is at fault.
    """

    code: int
    reply: str
    of_recipient: bool = False


@dataclass(frozen=True)
class Unreachable:
    """There was no answer to judge by: no connection, a time-out, a lost connection, or a server that will not talk to us.

    `uncertain` is True when the whole message had been written and only the answer is missing: it may have been taken.
    """

    reason: str
    uncertain: bool = False


Outcome = Accepted | Deferred | Refused | Unreachable
