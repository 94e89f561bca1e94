"""Those who move one wallet at the same time go one after another, in the order in which they came."""

from uuid import UUID

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.orm import Session

PATIENCE = "4500ms"
"""How long one waits for a turn on PostgreSQL: whoever gives up goes to the back of the queue, so later than for other locks."""

_LOCK = select(func.set_config("lock_timeout", PATIENCE, True), func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger())))


def take(session: Session, *wallet_ids: UUID) -> None:
    """Wait for one's turn with wallets, and keep it until the transaction ends; of several, in the order of their ids.

    PostgreSQL wakes all who wait for a row whenever it changes, and lets whoever is quickest have it: the last of eight
    waited for most of a second. An advisory lock is handed on in the order of asking. The row is locked all the same, by
    the statements that move it: nothing rests on a turn but who waits for how long. SQLite has one writer at a time.
    """
    if session.get_bind().dialect.name == "postgresql":
        for wallet_id in sorted(set(wallet_ids)):
            session.execute(_LOCK, {"number": _number(wallet_id)})


def _number(wallet_id: UUID) -> int:
    """Give a number of 64 bits for a wallet: the half of its id that is random."""
    return int.from_bytes(wallet_id.bytes[8:], "big", signed=True)
