"""Moving credit from one wallet to another: what it is made of moves with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.ledger import chain, posting, rows, statements
from portal.domain.ledger.reasons import PAID, REASONS
from portal.domain.ledger.refusals import OtherWalletStill
from portal.model import JournalEntry, WalletEntry
from portal.values import ids

REASON = REASONS["transfer"]


@dataclass(frozen=True)
class Transfer:
    """What a transfer posted: one entry where the credit left, and where it came one for each kind of credit."""

    out: WalletEntry
    arrived: list[WalletEntry]
    expires_at: datetime | None
    """When all of it ends, where it came in one entry that ends."""
    replayed: bool


class Piece(NamedTuple):
    """Credit of one kind, priority and expiry."""

    kind: str
    priority: int
    expires_at: datetime | None


def transfer(
    session: Session,
    source_id: UUID,
    target_id: UUID,
    amount: int,
    *,
    key_scope: str,
    key: str,
    note: str = "",
    customer_text: str = "",
    reference: str = "",
    approved_by: Actor | None = None,
    by: Actor,
) -> Transfer:
    """Take credit (minor units > 0) from one wallet in spending order and add it to another of the same currency.

    An entry makes one grant, so credit of several kinds or expiries arrives in several entries: paid stays paid, a gift a
    gift, and what ends there ends here on the same day. What no grant covered (an overdraft within the floor) arrives as
    paid. The sides share a `transfer_id`; the keys of those that arrive are made from `key`.

    :raises OtherWalletStill: when the target is frozen, closed or full; and what `post` refuses of the source.
    """
    texts = {"note": note, "customer_text": customer_text, "reference": reference}
    asked = chain.request_digest(act="transfer", source_id=source_id, target_id=target_id, amount=amount, **texts)
    transfer_id = ids.new_id()

    def act(wallet_id: UUID, moved: int, its_key: str, **made: object) -> rows.Act:
        return rows.Act(
            wallet_id=wallet_id,
            amount=moved,
            reason=REASON.key,
            account=REASON.account,
            key_scope=key_scope,
            key=its_key,
            transfer_id=transfer_id,
            approved_by=approved_by,
            asked=asked,
            by=by,
            **texts,
            **made,
        )

    def work() -> WalletEntry:
        with session.begin_nested():  # both sides, or neither
            posting.hold(session, source_id, target_id)
            out = posting.write(session, act(source_id, -amount, key))
            for number, (piece, size) in enumerate(pieces(session, out).items()):
                arriving = act(target_id, size, f"{key}:in:{number + 1}" if number else f"{key}:in", **piece._asdict())
                try:
                    posting.write(session, arriving)
                except Refusal as refusal:
                    raise OtherWalletStill(refusal) from refusal
        return out

    out, replayed = posting.once(session, key_scope, key, asked, work)
    came = arrived(session, out)
    ends = session.connection().execute(statements.GRANT_OF, {"entry_id": came[0].id}).one().expires_at if len(came) == 1 else None
    return Transfer(out, came, ends, replayed)


def pieces(session: Session, out: WalletEntry) -> dict[Piece, int]:
    """Tell what an entry took, by kind, priority and expiry, in spending order; what no grant covered is paid credit."""
    found: dict[Piece, int] = {}
    for use in session.connection().execute(statements.USES_OF, {"entry_id": out.id}):
        piece = Piece(use.kind, use.priority, use.expires_at)
        found[piece] = found.get(piece, 0) + use.amount
    if uncovered := -out.amount - sum(found.values()):
        owed = Piece(PAID, rows.ORDINARY_PRIORITY, None)
        found[owed] = found.get(owed, 0) + uncovered
    return found


def arrived(session: Session, out: WalletEntry) -> list[WalletEntry]:
    """List the entries in which a transfer arrived, in the order of their posting."""
    journal = session.get_one(JournalEntry, out.journal_entry_id)
    legs = session.connection().execute(statements.LEGS_OF_TRANSFER, {"transfer_id": journal.transfer_id})
    return [session.get_one(WalletEntry, leg.id) for leg in sorted(legs, key=lambda leg: leg.seq) if leg.id != out.id]
