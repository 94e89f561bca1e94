"""Which credit is spent first, and why."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from portal.domain.ledger.statements import ADD_GRANT_USE, GRANTS_LEFT, TAKE
from portal.values import ids

_FIRST_PIECE, _PIECE = 3, 100


class BooksBroken(RuntimeError):
    """A grant holds less than the books say: nothing is posted, `verify` names the row."""


class Take(NamedTuple):
    """How much is taken from which grant, what that leaves of it, and by which rule."""

    grant_id: UUID
    amount: int
    remaining_after: int
    rule: str


def rule_between(first, second) -> str:
    """Say by which rule `first` is spent before `second`: priority, expiry, promotional, oldest; "only" when there is no second."""
    if second is None:
        return "only"
    if first.priority != second.priority:
        return "priority"
    if first.expires_at != second.expires_at:
        return "expiry"
    if first.kind != second.kind:
        return "promotional"
    return "oldest"


def plan(left: Sequence, amount: int) -> Iterator[Take]:
    """Take an amount from grants that stand in spending order; what they do not cover is left over."""
    for place, grant in enumerate(left):
        if amount <= 0:
            return
        following = left[place + 1] if place + 1 < len(left) else None
        taken = min(amount, grant.remaining)
        amount -= taken
        yield Take(grant.id, taken, grant.remaining - taken, rule_between(grant, following))


def spend(connection: Connection, wallet_id: UUID, entry_id: UUID, seq: int, amount: int) -> None:
    """Take an amount (minor units) from the wallet's grants for an entry and its number; the caller holds the wallet's row.

    :raises BooksBroken: when the grants do not hold what the balance says.
    """
    piece = _FIRST_PIECE  # most spends are covered by one grant or two, however many are left
    while amount > 0:
        left = connection.execute(GRANTS_LEFT, {"wallet_id": wallet_id, "at_most": piece + 1}).all()
        takes = list(plan(left, amount))[:piece]
        if not takes:
            raise BooksBroken(f"wallet {wallet_id} lacks {amount} in its grants")
        for take in takes:
            if connection.execute(TAKE, {"grant_id": take.grant_id, "taken": take.amount, "at_seq": seq}).rowcount != 1:
                raise BooksBroken(f"grant {take.grant_id} holds less than {take.amount}")
        connection.execute(ADD_GRANT_USE, [use(entry_id, seq, *take) for take in takes])
        amount -= sum(take.amount for take in takes)
        piece = _PIECE


def use(entry_id: UUID, seq: int, grant_id: UUID, amount: int, remaining_after: int, rule: str) -> dict[str, object]:
    """Make the row that says an entry took from a grant."""
    return {
        "id": ids.new_id(),
        "entry_id": entry_id,
        "seq": seq,
        "grant_id": grant_id,
        "amount": amount,
        "remaining_after": remaining_after,
        "rule": rule,
    }
