"""Sending what is in the outbox: claim messages, make their links, and write down what became of each.

The order is claim and mint (one commit for many), then for each message: hand over, record (one commit). A worker that
dies before a message is handed over leaves a claim that runs out; the message is then sent by another. A message is
never handed over by two at once: a hand-over begins only while half of the claim's time is left and is broken off when
that half is over.

There is one window in which a message can reach somebody twice, and no protocol of two parties closes it: the receiving
server has said 250, and we do not know it - because the worker died before its record was committed, or because the
connection broke between the last line of the message and the answer (RFC 1047). It is kept small: a worker records each
message before it hands the next one over on that lane, so that at most one message a lane stands in it, for the length of
one commit; and the Message-ID is stored before the first try and is the same at every try, so that a receiver who looks
at it (most large ones do) drops the double.
"""

from portal.domain.outbox.claiming import BATCH, LEASE, PER_DOMAIN, WAITING, claim, claim_batch, due, put_back
from portal.domain.outbox.pauses import GIVES_UP_AFTER, pause
from portal.domain.outbox.preparing import PATHS, Prepared, mint_links
from portal.domain.outbox.recording import accepted, deferred, refused, unfit, unreachable

__all__ = [
    "BATCH",
    "GIVES_UP_AFTER",
    "LEASE",
    "PATHS",
    "PER_DOMAIN",
    "WAITING",
    "Prepared",
    "accepted",
    "claim",
    "claim_batch",
    "deferred",
    "due",
    "mint_links",
    "pause",
    "put_back",
    "refused",
    "unfit",
    "unreachable",
]
