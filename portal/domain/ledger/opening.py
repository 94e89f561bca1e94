"""Opening balances in bulk: rows that equal what `post` would have written, to be inserted as they are."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from portal.domain.actors import Actor
from portal.domain.ledger import rows
from portal.domain.ledger.chain import FIRST_PREV_HASH, entry_text, moment, worded
from portal.domain.ledger.reasons import REASONS
from portal.model import CreditGrant, JournalEntry, JournalLine, Wallet, WalletEntry
from portal.values import clock, ids

REASON = REASONS["import"]
COLUMNS: dict[type, tuple[str, ...]] = {
    Wallet: (
        "id", "customer_id", "currency", "name", "balance", "floor", "seq", "status", "status_reason", "is_main", "low_balance",
        "low_balance_told_at", "opened_at", "last_entry_at",
    ),
    JournalEntry: (
        "id", "customer_id", "reason", "note", "customer_text", "reference", "reverses_id", "transfer_id", "key_scope", "key",
        "request_hash", "actor_kind", "actor_user_id", "actor_name", "approver_user_id", "approver_name", "origin", "posted_at",
    ),
    JournalLine: ("id", "journal_entry_id", "account", "wallet_id", "currency", "debit", "credit"),
    WalletEntry: ("id", "wallet_id", "journal_entry_id", "seq", "amount", "balance_after", "posted_at", "prev_hash", "hash"),
    CreditGrant: (
        "id", "wallet_id", "entry_id", "seq", "emptied_seq", "kind", "priority", "amount", "remaining", "expires_at", "announced_at",
        "revoked_at", "granted_at",
    ),
}  # fmt: skip
_IDS = 6


class Opening(NamedTuple):
    """A wallet to be opened, with what is in it (minor units, >= 0). `key` is unique within the import's key scope.

    The customer's id is its 32 hexadecimal digits.
    """

    customer_id: str
    currency: str
    amount: int
    key: str
    name: str = ""
    is_main: bool = True


@dataclass
class OpeningRows:
    """Rows by table, each a tuple in the order of `COLUMNS`; keys are their 32 hexadecimal digits, as a bulk write takes them."""

    wallets: list[tuple] = field(default_factory=list)
    journal_entries: list[tuple] = field(default_factory=list)
    journal_lines: list[tuple] = field(default_factory=list)
    wallet_entries: list[tuple] = field(default_factory=list)
    credit_grants: list[tuple] = field(default_factory=list)

    def tables(self) -> Iterator[tuple[type, list[tuple]]]:
        """Give (model class, rows) pairs in the order in which they can be inserted, without the empty ones."""
        made = (self.wallets, self.journal_entries, self.journal_lines, self.wallet_entries, self.credit_grants)
        return ((model, some) for model, some in zip(COLUMNS, made, strict=True) if some)


def opening_rows(openings: Iterable[Opening], *, by: Actor, key_scope: str = "import", at: datetime | None = None) -> OpeningRows:
    """Make the rows that open wallets and post what is in them; a wallet that opens empty gets no entry.

    They are inserted table by table, in the transaction of the import. The caller has made sure that no such wallet
    exists and records the audit events.

    :raises ValueError: for an amount below zero, which no opening balance is.
    """
    made = OpeningRows()
    at = at or clock.now()
    posted_at = moment(at)
    actor = (by.kind, by.user_id, by.name[:255], None, "", by.origin, at)
    before, between, after = _asked(by, key_scope)
    openings = list(openings)
    fresh = iter(ids.new_hexes(_IDS * len(openings)))
    for customer_id, currency, amount, key, name, is_main in openings:
        if amount < 0:
            raise ValueError("an opening balance is not below zero")
        wallet, journal, ours, contra, entry, grant = (next(fresh) for _ in range(_IDS))
        seq, last = (1, at) if amount else (0, None)
        made.wallets.append((wallet, customer_id, currency, name, amount, 0, seq, "open", "", is_main, None, None, at, last))
        if not amount:
            continue
        wallet_id, journal_id = ids.dashed(wallet), ids.dashed(journal)
        asked = sha256(f"{before}{amount}{between}{wallet_id}{after}".encode()).digest()
        text = worded(entry_text(wallet_id, 1, amount, currency, amount, journal_id, REASON.key, posted_at, FIRST_PREV_HASH))
        made.journal_entries.append((journal, customer_id, REASON.key, "", "", "", None, None, key_scope, key, asked, *actor))
        made.journal_lines += (
            (ours, journal, "wallet_liability", wallet, currency, 0, amount),
            (contra, journal, REASON.account, None, currency, amount, 0),
        )
        made.wallet_entries.append((entry, wallet, journal, 1, amount, amount, at, FIRST_PREV_HASH, sha256(text.encode()).digest()))
        made.credit_grants.append(
            (grant, wallet, entry, 1, None, REASON.kind, rows.ORDINARY_PRIORITY, amount, amount, None, None, None, at)
        )
    return made


def _asked(by: Actor, key_scope: str) -> tuple[str, str, str]:
    """Give the JSON of a posting's request around its amount and its wallet, which are all that differs."""
    marks = (7_000_000_000_000_007, UUID(int=7))
    act = rows.Act(
        wallet_id=marks[1], amount=marks[0], reason=REASON.key, account=REASON.account, kind=REASON.kind, key_scope=key_scope, key="", by=by
    )
    before, _, rest = act.request_text().partition(str(marks[0]))
    between, _, after = rest.partition(json.dumps(str(marks[1])))
    return before, between + '"', '"' + after
