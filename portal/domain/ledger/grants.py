"""Which credit is spent first, and why; what an entry takes from grants, and what it gives back to them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from portal.domain.ledger import rows
from portal.domain.ledger.statements import ADD_GRANT, ADD_GRANT_USE, GRANTS_LEFT, TAKE, TAKE_TOLD
from portal.values import ids

_FIRST_PIECE, _PIECE = 3, 100

Way = Callable[[Connection, rows.Act, rows.Place, UUID], None]
"""How an entry (the last argument its id) moves grants. What is left of all of them is then the balance, or nothing where it
is below zero: an overdraft is covered by no grant, and new credit makes it good first."""


class BooksBroken(RuntimeError):
    """A grant holds less than the books say: nothing is posted, `verify` names the row."""


class Take(NamedTuple):
    """How much is taken from which grant, what that leaves of it, and by which rule."""

    grant_id: UUID
    amount: int
    remaining_after: int
    rule: str


class Move(NamedTuple):
    """How much is taken from a grant, or given back to it (below zero), and by which rule."""

    grant_id: UUID
    amount: int
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


def kept(connection: Connection, act: rows.Act, place: rows.Place, entry_id: UUID) -> None:
    """Keep added credit as a grant, which first makes good what was below zero."""
    owed = min(act.amount, max(act.amount - place.balance_after, 0))
    grant = rows.credit_grant(act, place, entry_id, remaining=act.amount - owed)
    ADD_GRANT.write(connection, grant)
    if owed:
        ADD_GRANT_USE.write(connection, use(entry_id, place.seq, grant["id"], owed, grant["remaining"], "owed"))


def in_order(connection: Connection, act: rows.Act, place: rows.Place, entry_id: UUID) -> None:
    """Take deducted credit from the grants in spending order."""
    spend(connection, act.wallet_id, entry_id, place.seq, covered(act, place))


def from_one(grant_id: UUID, left: int, rule: str) -> Way:
    """Take from what is `left` of one grant first, the rest in spending order; the wallet is held."""

    def way(connection: Connection, act: rows.Act, place: rows.Place, entry_id: UUID) -> None:
        amount = covered(act, place)
        first = min(left, amount)
        if first:
            move(connection, entry_id, place.seq, [Move(grant_id, first, rule)])
        spend(connection, act.wallet_id, entry_id, place.seq, amount - first)

    return way


def covered(act: rows.Act, place: rows.Place) -> int:
    """Tell how much of a deduction there was credit for; the rest is owed."""
    return min(-act.amount, max(place.balance_after - act.amount, 0))


def spend(connection: Connection, wallet_id: UUID, entry_id: UUID, seq: int, amount: int, *, rule: str = "") -> None:
    """Take an amount (minor units) from the wallet's grants for an entry and its number; the caller holds the wallet's row.

    :raises BooksBroken: when the grants do not hold what the balance says.
    """
    piece = _FIRST_PIECE  # most spends are covered by one grant or two, however many are left
    while amount > 0:
        left = GRANTS_LEFT.rows(connection, {"wallet_id": wallet_id, "at_most": piece + 1})
        takes = list(plan(left, amount))[:piece]
        if not takes:
            raise BooksBroken(f"wallet {wallet_id} lacks {amount} in its grants")
        for take in takes:
            if TAKE.write(connection, {"grant_id": take.grant_id, "taken": take.amount, "at_seq": seq}) != 1:
                raise BooksBroken(f"grant {take.grant_id} holds less than {take.amount}")
        ADD_GRANT_USE.write_all(
            connection, [use(entry_id, seq, take.grant_id, take.amount, take.remaining_after, rule or take.rule) for take in takes]
        )
        amount -= sum(take.amount for take in takes)
        piece = _PIECE


def move(connection: Connection, entry_id: UUID, seq: int, moves: Iterable[Move]) -> None:
    """Take from grants and give back to them for an entry, one after the other.

    :raises BooksBroken: when a grant would hold less than nothing, or more than it was made with.
    """
    for grant_id, amount, rule in moves:
        left = connection.execute(TAKE_TOLD, {"grant_id": grant_id, "taken": amount, "at_seq": seq}).scalar()
        if left is None:
            raise BooksBroken(f"grant {grant_id} cannot give {amount}")
        ADD_GRANT_USE.write(connection, use(entry_id, seq, grant_id, amount, left, rule))


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
