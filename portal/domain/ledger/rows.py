"""The rows of one posting, as plain values: the same for a posting by hand and for ten thousand in bulk."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from uuid import UUID

from portal.domain.actors import Actor
from portal.domain.ledger.chain import entry_hash, request_text
from portal.values import ids

ORDINARY_PRIORITY = 50


@dataclass(frozen=True, kw_only=True)
class Act:
    """What is to be posted to a wallet: everything but where in the chain it falls. Amounts are minor units."""

    wallet_id: UUID
    amount: int
    reason: str
    account: str
    key_scope: str
    key: str
    by: Actor
    note: str = ""
    customer_text: str = ""
    reference: str = ""
    kind: str = "paid"
    priority: int = ORDINARY_PRIORITY
    expires_at: datetime | None = None
    reverses_id: UUID | None = None
    transfer_id: UUID | None = None
    approved_by: Actor | None = None
    asked: bytes | None = None
    """The digest of the request, where more or less was asked than this act says."""

    @cached_property
    def request_hash(self) -> bytes:
        """The digest of the request: SHA-256."""
        return self.asked or sha256(self.request_text().encode()).digest()

    @property
    def answering(self) -> Actor:
        """Who answers for the amount: who approved it, else who acts."""
        return self.approved_by or self.by

    @property
    def limited_role(self) -> str:
        """Give the key of the role whose limit binds this act; none where no operator answers for it."""
        return self.answering.role if self.answering.kind == "operator" else ""

    def request_text(self) -> str:
        """Write everything that must be the same in a retry; who asks and when may differ."""
        return request_text(
            wallet_id=self.wallet_id,
            amount=self.amount,
            reason=self.reason,
            account=self.account,
            note=self.note,
            customer_text=self.customer_text,
            reference=self.reference,
            kind=self.kind,
            priority=self.priority,
            expires_at=self.expires_at,
            reverses_id=self.reverses_id,
        )


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in the books an act falls: known once the balance has moved."""

    customer_id: UUID
    currency: str
    seq: int
    balance_after: int
    posted_at: datetime
    prev_hash: bytes


def journal_entry(act: Act, place: Place) -> dict[str, object]:
    """Make the row of the journal entry."""
    return {
        "id": ids.new_id(),
        "customer_id": place.customer_id,
        "reason": act.reason,
        "note": act.note,
        "customer_text": act.customer_text,
        "reference": act.reference,
        "reverses_id": act.reverses_id,
        "transfer_id": act.transfer_id,
        "key_scope": act.key_scope,
        "key": act.key,
        "request_hash": act.request_hash,
        "actor_kind": act.by.kind,
        "actor_user_id": act.by.user_id,
        "actor_name": act.by.name[:255],
        "approver_user_id": act.approved_by.user_id if act.approved_by else None,
        "approver_name": act.approved_by.name[:255] if act.approved_by else "",
        "origin": act.by.origin,
        "posted_at": place.posted_at,
    }


def journal_lines(act: Act, place: Place, journal_entry_id: UUID) -> list[dict[str, object]]:
    """Make the two lines: added credit is owed to the customer (liability credited), deducted credit is not any more."""
    size = abs(act.amount)
    added, deducted = (size, 0) if act.amount > 0 else (0, size)
    ours = {"account": "wallet_liability", "wallet_id": act.wallet_id, "debit": deducted, "credit": added}
    contra = {"account": act.account, "wallet_id": None, "debit": added, "credit": deducted}
    return [{"id": ids.new_id(), "journal_entry_id": journal_entry_id, "currency": place.currency, **line} for line in (ours, contra)]


def wallet_entry(act: Act, place: Place, journal_entry_id: UUID) -> dict[str, object]:
    """Make the row of the wallet's chain, hashed."""
    return {
        "id": ids.new_id(),
        "wallet_id": act.wallet_id,
        "journal_entry_id": journal_entry_id,
        "seq": place.seq,
        "amount": act.amount,
        "balance_after": place.balance_after,
        "posted_at": place.posted_at,
        "prev_hash": place.prev_hash,
        "hash": entry_hash(
            wallet_id=act.wallet_id,
            seq=place.seq,
            amount=act.amount,
            currency=place.currency,
            balance_after=place.balance_after,
            journal_entry_id=journal_entry_id,
            reason=act.reason,
            posted_at=place.posted_at,
            prev_hash=place.prev_hash,
            reference=act.reference,
            customer_text=act.customer_text,
        ),
    }


def credit_grant(act: Act, place: Place, entry_id: UUID, remaining: int) -> dict[str, object]:
    """Make the row of the grant that added credit is kept as."""
    return {
        "id": ids.new_id(),
        "wallet_id": act.wallet_id,
        "entry_id": entry_id,
        "seq": place.seq,
        "emptied_seq": None if remaining else place.seq,
        "kind": act.kind,
        "priority": act.priority,
        "amount": act.amount,
        "remaining": remaining,
        "expires_at": act.expires_at,
        "announced_at": None,
        "revoked_at": None,
        "granted_at": place.posted_at,
    }
