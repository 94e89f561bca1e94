"""Opening balances in bulk: rows that equal what `post` would have written, to be inserted as they are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from portal.domain.actors import Actor
from portal.domain.ledger import rows
from portal.domain.ledger.chain import FIRST_PREV_HASH
from portal.domain.ledger.reasons import REASONS
from portal.model import CreditGrant, JournalEntry, JournalLine, Wallet, WalletEntry
from portal.values import clock, ids

REASON = REASONS["import"]


class Opening(NamedTuple):
    """A wallet to be opened, with what is in it (minor units, >= 0). `key` is unique within the import's key scope."""

    customer_id: UUID
    currency: str
    amount: int
    key: str
    name: str = ""
    is_main: bool = True
    note: str = ""
    reference: str = ""


@dataclass
class OpeningRows:
    """Rows by table; `tables()` gives them in the order in which they can be inserted."""

    wallets: list[dict] = field(default_factory=list)
    journal_entries: list[dict] = field(default_factory=list)
    journal_lines: list[dict] = field(default_factory=list)
    wallet_entries: list[dict] = field(default_factory=list)
    credit_grants: list[dict] = field(default_factory=list)

    def tables(self) -> Iterator[tuple[type, list[dict]]]:
        """Give (model class, rows) pairs, parents first, without the empty ones."""
        pairs = (
            (Wallet, self.wallets),
            (JournalEntry, self.journal_entries),
            (JournalLine, self.journal_lines),
            (WalletEntry, self.wallet_entries),
            (CreditGrant, self.credit_grants),
        )
        return ((model, made) for model, made in pairs if made)


def opening_rows(openings: Iterable[Opening], *, by: Actor, key_scope: str = "import", at: datetime | None = None) -> OpeningRows:
    """Make the rows that open wallets and post what is in them; a wallet that opens empty gets no entry.

    Insert them with `session.execute(insert(model), rows)` for each of `tables()`, in the transaction of the import. The
    caller has made sure that no such wallet exists and records the audit events.

    :raises ValueError: for an amount below zero, which no opening balance is.
    """
    made = OpeningRows()
    at = at or clock.now()
    for opening in openings:
        if opening.amount < 0:
            raise ValueError("an opening balance is not below zero")
        wallet = _wallet(opening, at)
        made.wallets.append(wallet)
        if opening.amount:
            _post(made, opening, wallet, by, key_scope, at)
    return made


def _wallet(opening: Opening, at: datetime) -> dict[str, object]:
    return {
        "id": ids.new_id(),
        "customer_id": opening.customer_id,
        "currency": opening.currency,
        "name": opening.name,
        "balance": opening.amount,
        "floor": 0,
        "seq": 1 if opening.amount else 0,
        "status": "open",
        "status_reason": "",
        "is_main": opening.is_main,
        "low_balance": None,
        "low_balance_told_at": None,
        "opened_at": at,
        "last_entry_at": at if opening.amount else None,
    }


def _post(made: OpeningRows, opening: Opening, wallet: dict, by: Actor, key_scope: str, at: datetime) -> None:
    act = rows.Act(
        wallet_id=wallet["id"],
        amount=opening.amount,
        reason=REASON.key,
        account=REASON.account,
        kind=REASON.kind,
        key_scope=key_scope,
        key=opening.key,
        note=opening.note,
        reference=opening.reference,
        by=by,
    )
    place = rows.Place(
        customer_id=opening.customer_id,
        currency=opening.currency,
        seq=1,
        balance_after=opening.amount,
        posted_at=at,
        prev_hash=FIRST_PREV_HASH,
    )
    journal = rows.journal_entry(act, place)
    entry = rows.wallet_entry(act, place, journal["id"])
    made.journal_entries.append(journal)
    made.journal_lines += rows.journal_lines(act, place, journal["id"])
    made.wallet_entries.append(entry)
    made.credit_grants.append(rows.credit_grant(act, place, entry["id"], remaining=opening.amount))
