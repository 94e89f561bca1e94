"""The hash chain of a wallet, and the digest of a request: both over one documented form of their values."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

FIRST_PREV_HASH = bytes(32)
_VERSION = "portal-ledger-1"


def entry_hash(
    *,
    wallet_id: UUID,
    seq: int,
    amount: int,
    currency: str,
    balance_after: int,
    journal_entry_id: UUID,
    reason: str,
    posted_at: datetime,
    prev_hash: bytes,
) -> bytes:
    """Give the SHA-256 of one wallet entry, chained to the one before it.

    The digest is over these lines of UTF-8, joined by a line feed and without one at the end: "portal-ledger-1"; the
    wallet's id (36 characters); seq; amount and its currency's code in two lines; balance_after (amounts are whole
    minor units, a minus as "-"); the journal entry's id; the reason's key; the time in UTC as
    YYYY-MM-DDTHH:MM:SS.ffffffZ; the hash of the entry before, 64 hexadecimal digits, zeros for the first.
    """
    lines = (
        _VERSION,
        str(wallet_id),
        str(seq),
        str(amount),
        currency,
        str(balance_after),
        str(journal_entry_id),
        reason,
        moment(posted_at),
        prev_hash.hex(),
    )
    return sha256("\n".join(lines).encode()).digest()


def request_hash(**asked: object) -> bytes:
    """Give the digest of what was asked under a key: SHA-256 over JSON with sorted names and no spaces."""
    plain = {name: moment(value) if isinstance(value, datetime) else value for name, value in asked.items()}
    return sha256(json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()).digest()


def moment(at: datetime) -> str:
    """Write a time for a digest: UTC, microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
