"""One sweep over all books, each table read in the order in which it lies: which wallets are doubtful.

The hash chains are followed in the order of posting, with a place in memory only for wallets that are under way, and the
record of acts beside them. All else the database compares by itself and gives back what differs.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import repeat, takewhile
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from portal.domain.ledger.chain import FIRST_PREV_HASH, first_worded, worded
from portal.domain.ledger.verifying.comparisons import COMPARISONS, EVENTS, ORPHANS, UNRECORDED, written

_PIECE = 5000
_TOLD = 1000
_MAPPED = 1 << 40
"""More bytes than a file has: SQLite maps as much of it as it can."""

# The wallet's own row is read with its first entry only: of a wallet without one nothing fits.
_CHAIN = """
    SELECT {hex:e.wallet_id}, e.seq, e.amount, e.balance_after, {moment:e.posted_at}, e.prev_hash, e.hash, {hex:e.id},
        {hex:e.journal_entry_id}, j.reason, j.reference, j.customer_text, j.key_scope, {hex:j.customer_id},
        w.currency, w.seq, w.balance, {hex:w.customer_id}
    FROM wallet_entry e {join:journal_entry j:j.id = e.journal_entry_id} LEFT JOIN wallet w ON e.seq = 1 AND w.id = e.wallet_id
    {order:e}
"""

_FRESH = (0, 0, FIRST_PREV_HASH, "")

_WALLET_OF_ENTRY = "SELECT {hex:e.wallet_id} FROM wallet_entry e WHERE e.id = '%s'"
_WALLET_OF_CUSTOMER = "SELECT {hex:w.id} FROM wallet w WHERE w.customer_id = '%s' AND w.currency = '%s'"


class Findings(NamedTuple):
    """Wallets in which something does not fit, and journal entries that are not one wallet entry's."""

    doubtful: set[UUID]
    orphans: list[UUID]


def sweep(session: Session, beside: Callable[[], Session] | None = None) -> Findings:
    """Go through everything once; the database compares in a session `beside`, where one is given."""
    _map(session)
    if beside is None:
        swept, (compared, orphans) = set(_swept(session.connection())), _compared(session)
    else:
        with ThreadPoolExecutor(1) as pool:
            comparing = pool.submit(_compared_beside, beside)
            swept, (compared, orphans) = set(_swept(session.connection())), comparing.result()
    return Findings({UUID(wallet_id) for wallet_id in swept | compared}, [UUID(orphan) for orphan in orphans])


def _compared(session: Session) -> tuple[set[str], list[str]]:
    connection = session.connection()
    comparisons = COMPARISONS if connection.dialect.name == "sqlite" else (*COMPARISONS, UNRECORDED)
    found = {wallet for comparison in comparisons for (wallet,) in _rows(connection, comparison)}
    return found, [orphan for (orphan,) in _rows(connection, ORPHANS)]


def _compared_beside(beside: Callable[[], Session]) -> tuple[set[str], list[str]]:
    with beside() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SET LOCAL statement_timeout = 0"))
        _map(session)
        return _compared(session)


def _map(session: Session) -> None:
    """Let SQLite read from the mapped file: every page of it is read once, and copying them is a third of the work."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql(f"PRAGMA mmap_size={_MAPPED}")


def _swept(connection: Connection) -> Iterator[str]:
    """Follow all chains, and beside them the record: posting and event come in the same order, and few wait for long.

    On PostgreSQL, where the entries come by wallet, the record is compared by the database.
    """
    events = iter(_rows(connection, EVENTS)) if connection.dialect.name == "sqlite" else repeat(None)
    under_way: dict[str, tuple] = {}
    postings: dict[str, str] = {}
    surplus: set[str] = set()
    version, other = worded, first_worded
    for row in _rows(connection, _CHAIN):
        wallet, seq, amount, after, at, prev, own, entry, journal, reason, reference, text, scope, customer, *of_wallet = row
        was_seq, was_balance, was_hash, was_at, dashed, of_wallet = under_way.get(wallet) or (*_FRESH, _dashed(wallet), of_wallet)
        currency, count, balance, owner = of_wallet
        moved = (
            f"{dashed}\n{seq}\n{amount}\n{currency}\n{after}\n"
            f"{journal[:8]}-{journal[8:12]}-{journal[12:16]}-{journal[16:20]}-{journal[20:]}\n{reason}\n{at}\n{prev.hex()}"
        )
        if changed := own != sha256(version(moved, reference, text).encode()).digest():
            version, other = other, version  # entries of one version come after one another
            changed = own != sha256(version(moved, reference, text).encode()).digest()
        if (
            seq != was_seq + 1
            or after != was_balance + amount
            or prev != was_hash
            or changed
            or at < was_at
            or customer != owner
            or (seq == count and after != balance)
        ):
            yield wallet
        if seq == count:
            under_way.pop(wallet, None)
        else:
            under_way[wallet] = (seq, after, own, at, dashed, of_wallet)
        token = f"{customer}:{currency}" if scope == "import" else entry
        event = next(events, ("",))
        if event is not None and event[0] != token:
            _match(postings, surplus, token, wallet, event[0])
    yield from under_way
    surplus |= {event for (event,) in takewhile(bool, events) if postings.pop(event, None) is None}
    yield from postings.values()
    yield from _of_events(connection, sorted(surplus)[:_TOLD])


def _match(postings: dict[str, str], surplus: set[str], token: str, wallet: str, event: str) -> None:
    """Put a posting and an event that are not each other's with those that wait for theirs."""
    if token in surplus:
        surplus.remove(token)
    else:
        postings[token] = wallet
    if event and postings.pop(event, None) is None:
        surplus.add(event)


def _of_events(connection: Connection, surplus: list[str]) -> Iterator[str]:
    """Find the wallets of events that were told twice, or of what is not there."""
    for event in surplus:
        if re.fullmatch("[0-9a-f]{32}", event):
            yield from (wallet for (wallet,) in _rows(connection, _WALLET_OF_ENTRY % event))
        elif found := re.fullmatch("([0-9a-f]{32}):([A-Z]{3})", event):
            yield from (wallet for (wallet,) in _rows(connection, _WALLET_OF_CUSTOMER % found.groups()))


def _rows(connection: Connection, statement: str) -> Iterator[Sequence]:
    """Read rows one by one, whatever their number."""
    if connection.dialect.name == "sqlite":
        return connection.connection.driver_connection.execute(written(connection, statement))
    options = {"stream_results": True, "yield_per": _PIECE}
    return iter(connection.exec_driver_sql(written(connection, statement), execution_options=options))


def _dashed(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
