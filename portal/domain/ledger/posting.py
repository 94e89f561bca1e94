"""The one write path of the ledger."""

import re
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.errors import Conflict, NotFound, Refusal
from portal.domain.ledger import grants, rows, statements, turns
from portal.domain.ledger.chain import FIRST_PREV_HASH
from portal.domain.ledger.reasons import REASONS
from portal.domain.ledger.refusals import InsufficientBalance, KeyReused, KeyTooLong, WalletClosed, WalletFrozen, WalletFull
from portal.domain.loaded import loaded
from portal.domain.wallet_limits import NeedsApproval
from portal.model import Wallet, WalletEntry
from portal.values import clock
from portal.values.money import MAX_MINOR

KEY_LENGTH = 240
"""Of a key; an act of several entries makes longer ones from it."""
_TRIES = 5
_KEY_TAKEN = re.compile("uq_journal_entry_key_scope_key|journal_entry.key_scope")


class Posting(NamedTuple):
    """The entry that a key stands for; `replayed` when an earlier request had posted it."""

    entry: WalletEntry
    replayed: bool


def post(
    session: Session,
    wallet_id: UUID,
    amount: int,
    *,
    reason: str,
    key_scope: str,
    key: str,
    account: str = "",
    note: str = "",
    customer_text: str = "",
    reference: str = "",
    kind: str = "",
    priority: int = rows.ORDINARY_PRIORITY,
    expires_at: datetime | None = None,
    approved_by: Actor | None = None,
    by: Actor,
) -> Posting:
    """Post one entry to a wallet: `amount` minor units, below zero deducts.

    The guarded UPDATE is the lock: it moves the balance only where status, floor and the role's limit allow, so writers
    queue up and none is judged by a stale balance. It is the first write, so a refusal leaves nothing behind. `account`
    and `kind` are the reason's own where none are given.

    :raises InsufficientBalance, WalletFrozen, WalletClosed, WalletFull, NeedsApproval, NotFound: and nothing is posted.
    :raises KeyReused: when (key_scope, key) stands for another request.
    """
    if not amount or abs(amount) > MAX_MINOR:
        raise ValueError("an entry moves between 1 and MAX_MINOR minor units")
    act = rows.Act(
        wallet_id=wallet_id,
        amount=amount,
        reason=reason,
        account=account or REASONS[reason].account,
        key_scope=key_scope,
        key=key,
        note=note,
        customer_text=customer_text,
        reference=reference,
        kind=kind or REASONS[reason].kind,
        priority=priority,
        expires_at=expires_at,
        approved_by=approved_by,
        by=by,
    )
    turns.take(session, wallet_id)
    return once(session, key_scope, key, act.request_hash, lambda: write(session, act))


def once(session: Session, key_scope: str, key: str, asked: bytes, work: Callable[[], WalletEntry]) -> Posting:
    """Do a work that posts under a key, or give what the key stands for already; `asked` is the digest of the request.

    A twin in flight is waited for: where it was first, its answer is given, whatever stood in the way of the second.
    """
    if len(key) > KEY_LENGTH:
        raise KeyTooLong
    if (first := _first(session, key_scope, key, asked)) is not None:
        return first
    try:
        with _room_for_a_twin(session):
            return Posting(work(), replayed=False)
    except (IntegrityError, Refusal) as fault:
        if (first := _first(session, key_scope, key, asked)) is not None:
            return first
        if isinstance(fault, IntegrityError) and _KEY_TAKEN.search(str(fault.orig)):  # that of another side of this act
            raise KeyReused(field="key") from fault
        raise


def known(session: Session, key_scope: str, key: str) -> bool:
    """Tell whether something was posted under a key: a retry is answered, whatever would refuse it by now."""
    return statements.FIRST_UNDER_KEY.first(session.connection(), {"key_scope": key_scope, "key": key}) is not None


def _first(session: Session, key_scope: str, key: str, asked: bytes) -> Posting | None:
    """Find what the key stands for already."""
    found = statements.FIRST_UNDER_KEY.first(session.connection(), {"key_scope": key_scope, "key": key})
    if found is None:
        return None
    if found.request_hash != asked:
        raise KeyReused(field="key")
    return Posting(session.get_one(WalletEntry, found.id), replayed=True)


def _room_for_a_twin(session: Session):
    """On PostgreSQL a twin may win the race for the key: the savepoint undoes the loser's move, and no more.

    SQLite has one writer at a time, who saw every key that was there.
    """
    return session.begin_nested() if session.get_bind().dialect.name == "postgresql" else nullcontext()


def hold(session: Session, *wallet_ids: UUID) -> dict[UUID, Row]:
    """Hold wallets until the transaction ends, for an act that looks before it moves; give how they stand.

    :raises NotFound: when one is not there.
    """
    session.flush()
    turns.take(session, *wallet_ids)
    held = {row.id: row for row in session.connection().execute(statements.HOLD, {"wallet_ids": wallet_ids})}
    if len(held) < len(set(wallet_ids)):
        raise NotFound
    return held


def write(session: Session, act: rows.Act, way: grants.Way | None = None) -> WalletEntry:
    """Write an act into the books; `way` is how it moves grants, where it is not the ordinary one."""
    connection = session.connection()
    moved = _move(connection, act)
    place = rows.Place(
        customer_id=moved.customer_id,
        currency=moved.currency,
        seq=moved.seq,
        balance_after=moved.balance,
        posted_at=moved.last_entry_at,
        prev_hash=_prev_hash(connection, act.wallet_id, moved.seq),
    )
    journal = rows.journal_entry(act, place)
    entry = rows.wallet_entry(act, place, journal["id"])
    statements.ADD_JOURNAL_ENTRY.write(connection, journal)
    statements.ADD_JOURNAL_LINES.write_all(connection, rows.journal_lines(act, place, journal["id"]))
    statements.ADD_WALLET_ENTRY.write(connection, entry)
    (way or (grants.kept if act.amount > 0 else grants.in_order))(connection, act, place, entry["id"])
    _forget(session, act.wallet_id)
    return loaded(session, WalletEntry, entry)


def _move(connection: Connection, act: rows.Act) -> Row:
    wanted = {
        "wallet_id": act.wallet_id,
        "amount": act.amount,
        "size": abs(act.amount),
        "role": act.limited_role,
        "now": clock.now(),
    }
    for _ in range(_TRIES):
        if (moved := statements.MOVE.first(connection, wanted)) is not None:
            return moved
        _say_what_stands_in_the_way(connection, act)
    raise Conflict("This wallet changes too fast at the moment. Nothing was posted; try again.")


def _say_what_stands_in_the_way(connection: Connection, act: rows.Act) -> None:
    """Refuse with the reason why the balance did not move, unless it has gone in the meantime."""
    found = connection.execute(statements.STANDING, {"wallet_id": act.wallet_id, "role": act.limited_role}).first()
    if found is None:
        raise NotFound
    if (refusal := refusal_of(found, act.amount)) is not None:
        raise refusal
    if found.limit is not None and found.limit < abs(act.amount):
        raise NeedsApproval(role=act.answering.role_name, limit=found.limit, currency=found.currency)


def refusal_of(standing: Row, amount: int) -> Refusal | None:
    """Say why a wallet that stands so (balance, floor, currency, status) cannot move by an amount; None where it can."""
    if standing.status == "frozen":
        return WalletFrozen()
    if standing.status == "closed":
        return WalletClosed()
    if standing.balance + amount > MAX_MINOR:
        return WalletFull(standing.currency)
    if standing.balance + amount < standing.floor:
        return InsufficientBalance(balance=standing.balance, floor=standing.floor, currency=standing.currency)
    return None


def _prev_hash(connection: Connection, wallet_id: UUID, seq: int) -> bytes:
    if seq == 1:
        return FIRST_PREV_HASH
    return statements.HASH_OF.rows(connection, {"wallet_id": wallet_id, "seq": seq - 1})[0].hash


def _forget(session: Session, wallet_id: UUID) -> None:
    """Let a wallet that the session holds be read anew where it is looked at again."""
    held = session.identity_map.get(session.identity_key(Wallet, wallet_id))
    if held is not None:
        session.expire(held, ["balance", "seq", "last_entry_at"])
