"""The one write path of the ledger."""

from contextlib import nullcontext
from datetime import datetime
from typing import NamedTuple, NoReturn
from uuid import UUID

from sqlalchemy import Connection, Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.ledger import grants, rows, statements
from portal.domain.ledger.chain import FIRST_PREV_HASH
from portal.domain.ledger.reasons import REASONS
from portal.domain.ledger.refusals import InsufficientBalance, KeyReused, WalletClosed, WalletFrozen, WalletFull
from portal.domain.loaded import loaded
from portal.model import Wallet, WalletEntry
from portal.values import clock
from portal.values.money import MAX_MINOR


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
    reverses_id: UUID | None = None,
    by: Actor,
) -> Posting:
    """Post one entry to a wallet: `amount` minor units, below zero deducts.

    The guarded UPDATE is the lock: it moves the balance only where status and floor allow, so writers queue up and none
    is judged by a stale balance. It is the first write, so a refusal leaves nothing behind. `account` and `kind` are the
    reason's own where none are given.

    :raises InsufficientBalance, WalletFrozen, WalletClosed, WalletFull, NotFound: and nothing is posted.
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
        reverses_id=reverses_id,
        by=by,
    )
    if (first := _first(session, act)) is not None:
        return first
    try:
        with _room_for_a_twin(session):
            return Posting(_post(session, act), replayed=False)
    except IntegrityError:
        if (first := _first(session, act)) is None:
            raise
        return first


def _first(session: Session, act: rows.Act) -> Posting | None:
    """Find what the key stands for already."""
    found = session.connection().execute(statements.FIRST_UNDER_KEY, {"key_scope": act.key_scope, "key": act.key}).first()
    if found is None:
        return None
    if found.request_hash != act.request_hash():
        raise KeyReused(field="key")
    return Posting(session.get_one(WalletEntry, found.id), replayed=True)


def _room_for_a_twin(session: Session):
    """On PostgreSQL a twin may win the race for the key: the savepoint undoes the loser's move, and no more.

    SQLite has one writer at a time, who saw every key that was there.
    """
    return session.begin_nested() if session.get_bind().dialect.name == "postgresql" else nullcontext()


def _post(session: Session, act: rows.Act) -> WalletEntry:
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
    connection.execute(statements.ADD_JOURNAL_ENTRY, journal)
    connection.execute(statements.ADD_JOURNAL_LINES, rows.journal_lines(act, place, journal["id"]))
    connection.execute(statements.ADD_WALLET_ENTRY, entry)
    _keep_grants(connection, act, place, entry["id"])
    _forget(session, act.wallet_id)
    return loaded(session, WalletEntry, entry)


def _move(connection: Connection, act: rows.Act) -> Row:
    moved = connection.execute(statements.MOVE, {"wallet_id": act.wallet_id, "amount": act.amount, "now": clock.now()}).first()
    if moved is None:
        _refuse(connection, act)
    return moved


def _refuse(connection: Connection, act: rows.Act) -> NoReturn:
    """Say why the balance did not move."""
    found = connection.execute(statements.STANDING, {"wallet_id": act.wallet_id}).first()
    if found is None:
        raise NotFound
    if found.status == "frozen":
        raise WalletFrozen
    if found.status == "closed":
        raise WalletClosed
    if act.amount > 0:
        raise WalletFull(found.currency)
    raise InsufficientBalance(balance=found.balance, floor=found.floor, currency=found.currency)


def _prev_hash(connection: Connection, wallet_id: UUID, seq: int) -> bytes:
    if seq == 1:
        return FIRST_PREV_HASH
    return connection.execute(statements.HASH_OF, {"wallet_id": wallet_id, "seq": seq - 1}).scalar_one()


def _keep_grants(connection: Connection, act: rows.Act, place: rows.Place, entry_id: UUID) -> None:
    """Keep added credit as a grant, take deducted credit from grants.

    What is left of all grants is the balance, or nothing where the balance is below zero: an overdraft is covered by no
    grant, and new credit makes it good first.
    """
    before = place.balance_after - act.amount
    if act.amount < 0:
        grants.spend(connection, act.wallet_id, entry_id, place.seq, min(-act.amount, max(before, 0)))
        return
    owed = min(act.amount, max(-before, 0))
    grant = rows.credit_grant(act, place, entry_id, remaining=act.amount - owed)
    connection.execute(statements.ADD_GRANT, grant)
    if owed:
        connection.execute(statements.ADD_GRANT_USE, grants.use(entry_id, place.seq, grant["id"], owed, grant["remaining"], "owed"))


def _forget(session: Session, wallet_id: UUID) -> None:
    """Let a wallet that the session holds be read anew where it is looked at again."""
    held = session.identity_map.get(session.identity_key(Wallet, wallet_id))
    if held is not None:
        session.expire(held, ["balance", "seq", "last_entry_at"])
