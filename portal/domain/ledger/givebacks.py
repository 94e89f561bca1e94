"""Giving spent credit back to the grants that paid for it."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row

from portal.domain.ledger import grants, rows
from portal.domain.ledger.grants import Move, Way, move
from portal.domain.ledger.statements import MADE_GOOD, MARK_REVOKED, USES_OF


class Giveback(NamedTuple):
    """What a spend's reversal does to grants: `moves` give back to them, then `owed` is taken again to make good what is owed."""

    moves: list[Move]
    owed: int


def plan(uses: Sequence[Row], uncovered: int, owed: int, made_good: Sequence[Row]) -> Giveback:
    """Plan the reversal of a spend; all in minor units.

    `uses` are what it took from grants, `uncovered` what no grant paid, `owed` how far the balance is below zero now, and
    `made_good` (grant and amount) what made good earlier debts, the latest first. What was uncovered is owed less; the part
    of it that was made good since goes back to the grants that did so. What is owed still takes from the given back.
    """
    moves = [Move(use.grant_id, -use.amount, "reversed") for use in uses]
    since = uncovered - min(uncovered, owed)
    for grant_id, amount in made_good:
        if since <= 0:
            break
        moves.append(Move(grant_id, -min(since, int(amount)), "owed"))
        since -= min(since, int(amount))
    return Giveback(moves, min(owed - min(uncovered, owed), sum(use.amount for use in uses)))


def of(connection: Connection, wallet_id: UUID, entry_id: UUID, *, amount: int, before: int) -> tuple[Sequence[Row], Giveback]:
    """Read what an entry (its amount above zero) took, and plan to give it back to a wallet whose balance is `before`."""
    uses = connection.execute(USES_OF, {"entry_id": entry_id}).all()
    uncovered, owed = amount - sum(use.amount for use in uses), max(-before, 0)
    made_good = connection.execute(MADE_GOOD, {"wallet_id": wallet_id}).all() if uncovered > owed else []
    return uses, plan(uses, uncovered, owed, made_good)


def back_to(spent_id: UUID, *, revoked: bool = False) -> Way:
    """Give back to the very grants that an entry took from; where it had revoked one, that is no longer so."""

    def way(connection: Connection, act: rows.Act, place: rows.Place, entry_id: UUID) -> None:
        before = place.balance_after - act.amount
        uses, giveback = of(connection, act.wallet_id, spent_id, amount=act.amount, before=before)
        move(connection, entry_id, place.seq, giveback.moves)
        grants.spend(connection, act.wallet_id, entry_id, place.seq, giveback.owed, rule="owed")
        for use in uses if revoked else ():
            connection.execute(MARK_REVOKED, {"grant_id": use.grant_id, "at": None})

    return way
