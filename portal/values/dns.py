"""What is asked of name servers, and what they answer (RFC 1035)."""

from dataclasses import dataclass
from typing import NamedTuple


class Question(NamedTuple):
    """One question: the records of a kind, "TXT" or "MX", at a name without its last dot."""

    name: str
    kind: str


@dataclass(frozen=True)
class Answer:
    """What a name server says: the records that stand there, none, or nothing at all.

    A TXT record is its strings in one (RFC 6376, 3.6.2.2), an MX record its preference and host. `silence` says in words why
    nobody answered; whether there are records is then not known.
    """

    found: tuple[str, ...] = ()
    silence: str = ""
