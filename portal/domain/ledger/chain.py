"""The hash chain of a wallet, and the digest of a request: both over one documented form of their values."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

FIRST_PREV_HASH = bytes(32)
_VERSION, _FIRST_VERSION = "portal-ledger-2", "portal-ledger-1"


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
    reference: str,
    customer_text: str,
) -> bytes:
    """Give the SHA-256 of one wallet entry, chained to the one before it.

    The digest is over these lines of UTF-8, joined by a line feed and without one at the end: "portal-ledger-2"; the
    wallet's id (36 characters); seq; amount and its currency's code in two lines; balance_after (amounts are whole
    minor units, a minus as "-"); the journal entry's id; the reason's key; the time in UTC as
    YYYY-MM-DDTHH:MM:SS.ffffffZ; the hash of the entry before, 64 hexadecimal digits, zeros for the first; how many
    characters the reference has; the reference; the text for the customer, whatever is in it.
    """
    moved = entry_text(wallet_id, seq, amount, currency, balance_after, journal_entry_id, reason, moment(posted_at), prev_hash)
    return sha256(worded(moved, reference, customer_text).encode()).digest()


def holds(own: bytes, **said: object) -> bool:
    """Tell whether a hash is that of an entry; `said` as `entry_hash` takes it.

    The first version, "portal-ledger-1", ended before the reference: entries that were posted with it hold by it. The
    version is in what is hashed, so that no entry holds by another one than its own.
    """
    if own == entry_hash(**said):
        return True
    said = said | {"posted_at": moment(said["posted_at"])}
    del said["reference"], said["customer_text"]
    return own == sha256(first_worded(entry_text(**said)).encode()).digest()


def entry_text(
    wallet_id: UUID | str,
    seq: int,
    amount: int,
    currency: str,
    balance_after: int,
    journal_entry_id: UUID | str,
    reason: str,
    posted_at: str,
    prev_hash: bytes,
) -> str:
    """Give what all versions of the hash are over, after the version; `posted_at` as `moment` writes it."""
    posted = f"{journal_entry_id}\n{reason}\n{posted_at}\n{prev_hash.hex()}"
    return f"{wallet_id}\n{seq}\n{amount}\n{currency}\n{balance_after}\n{posted}"


def worded(moved: str, reference: str = "", customer_text: str = "") -> str:
    """Give what the hash is over: `moved` is an `entry_text`, the rest what the customer reads beside it."""
    return f"{_VERSION}\n{moved}\n{len(reference)}\n{reference}\n{customer_text}"


def first_worded(moved: str, *_later: str) -> str:
    """Give what the hash was over in the first version."""
    return f"{_FIRST_VERSION}\n{moved}"


def request_text(**asked: object) -> str:
    """Write what was asked under a key: JSON with sorted names and no spaces."""
    plain = {name: moment(value) if isinstance(value, datetime) else value for name, value in asked.items()}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def request_digest(**asked: object) -> bytes:
    """Digest what was asked under a key: SHA-256 of `request_text`."""
    return sha256(request_text(**asked).encode()).digest()


def moment(at: datetime) -> str:
    """Write a time for a digest: UTC, microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
