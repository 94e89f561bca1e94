"""Reversing an entry: its exact negative, once."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import ledger
from portal.domain.actors import Actor
from portal.domain.ledger import ReversalPlan
from portal.domain.ledger.reversing import Side
from portal.domain.letters.naming import reason_words
from portal.domain.letters.phrases import say
from portal.domain.wallets import recording
from portal.model import Wallet, WalletEntry


def reversal_plan(session: Session, wallet: Wallet, entry: WalletEntry) -> ReversalPlan:
    """Say in figures what reversing an entry would do, or why it cannot be, before it is done."""
    return ledger.reversal_plan(session, wallet.id, entry.id)


def reverse(
    session: Session,
    wallet: Wallet,
    entry: WalletEntry,
    *,
    key: str,
    key_scope: str = "",
    note: str = "",
    customer_text: str = "",
    approved_by: Actor | None = None,
    by: Actor,
) -> WalletEntry:
    """Post the exact negative of an entry; of a transfer, on both sides. Each customer is told.

    :raises ReversalOfReversal, AlreadyReversed, ExpiryStands, CreditSpent, OtherWalletStill: see `ledger.reverse`.
    :raises WalletFrozen, WalletClosed, WalletFull, KeyReused, NeedsApproval: see `ledger.post`.
    """
    said = recording.texts(note, customer_text)
    done = ledger.reverse(
        *(session, wallet.id, entry.id),
        key_scope=key_scope or by.origin,
        key=key,
        note=said.note,
        customer_text=said.customer_text,
        approved_by=approved_by,
        by=by,
    )
    for side in done.sides:
        recording.record(
            *(session, "wallet.reversed", session.get_one(Wallet, side.entry.wallet_id), side.entry, said),
            reason="reversal",
            reverses=side.of.seq,
            reversed_reason=side.of.reason,
            approved_by=approved_by,
            by=by,
        )
    for first, last in _by_wallet(done.sides):
        recording.tell(
            *(session, session.get_one(Wallet, last.entry.wallet_id), last.entry, said),
            # Translators: wallet letters, why credit moved; {reason} is one of the reasons
            reason=say("Reversal: {reason}", reason=reason_words(last.of.reason)),
            before=first.entry.balance_before,
            reverses_at=last.of.posted_at,
        )
    return done.entry


def _by_wallet(sides: list[Side]) -> Iterator[tuple[Side, Side]]:
    """Give the first and the last side of each wallet: a transfer may have come there in several entries."""
    found: dict[UUID, list[Side]] = {}
    for side in sides:
        found.setdefault(side.entry.wallet_id, []).append(side)
    return ((its[0], its[-1]) for its in found.values())
