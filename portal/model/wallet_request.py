"""Movements of a wallet that wait for a second operator, and the limits above which they do."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.model.base import Base, Created, CurrencyCode, Digest, Id, Line, Minor, Moment, Prose, Word, foreign
from portal.model.wallet import Wallet

ACTS = ("adjustment", "reversal", "transfer", "revocation")
STATES = ("waiting", "approved", "declined", "withdrawn")


class WalletLimit(Base):
    """How much an operator of a role moves alone, in one currency; above it a second operator approves."""

    __tablename__ = "wallet_limit"

    role: Mapped[Word] = mapped_column(primary_key=True)
    currency: Mapped[CurrencyCode] = mapped_column(primary_key=True)
    amount: Mapped[int] = mapped_column(Minor)

    __table_args__ = (CheckConstraint("amount >= 0", name="amount"),)


class WalletRequest(Base):
    """A movement that was asked for by one operator and waits for another.

    (`key_scope`, `key`) is the key that its posting will use, so neither a request nor its approval acts twice.
    """

    __tablename__ = "wallet_request"

    id: Mapped[Id]
    customer_id: Mapped[UUID] = foreign("customer.id")
    wallet_id: Mapped[UUID] = foreign("wallet.id")
    act: Mapped[Word]
    amount: Mapped[int] = mapped_column(Minor)
    """Minor units; below zero deducts. Of a transfer: what leaves this wallet, as a negative amount."""
    reason: Mapped[Word]
    other_wallet_id: Mapped[UUID | None] = foreign("wallet.id", index=False)
    """Where a transfer goes to."""
    journal_entry_id: Mapped[UUID | None] = foreign("journal_entry.id", index=False)
    """What a reversal reverses."""
    grant_id: Mapped[UUID | None] = foreign("credit_grant.id", index=False)
    """What a revocation takes back."""
    note: Mapped[Prose] = mapped_column(default="")
    customer_text: Mapped[Line] = mapped_column(default="")
    reference: Mapped[Line] = mapped_column(default="")
    kind: Mapped[Word] = mapped_column(default="")
    """Of added credit: paid or promotional; empty for the reason's own."""
    priority: Mapped[int] = mapped_column(SmallInteger, default=50)
    expires_at: Mapped[Moment | None]
    key_scope: Mapped[Word]
    key: Mapped[Line]
    request_hash: Mapped[bytes] = mapped_column(Digest)
    requester_user_id: Mapped[UUID] = foreign("user.id", index=False)
    requester_name: Mapped[Line]
    requested_at: Mapped[Created]
    state: Mapped[Word] = mapped_column(default="waiting")
    decider_user_id: Mapped[UUID | None] = foreign("user.id", index=False)
    decider_name: Mapped[Line] = mapped_column(default="")
    decided_at: Mapped[Moment | None]
    decision_note: Mapped[Line] = mapped_column(default="")
    entry_id: Mapped[UUID | None] = foreign("wallet_entry.id", index=False)
    """The entry that its approval posted."""

    wallet: Mapped[Wallet] = relationship(lazy="raise", foreign_keys=[wallet_id])

    __table_args__ = (
        UniqueConstraint("key_scope", "key"),
        CheckConstraint("act IN (" + ", ".join(f"'{act}'" for act in ACTS) + ")", name="act"),
        CheckConstraint("state IN (" + ", ".join(f"'{state}'" for state in STATES) + ")", name="state"),
        CheckConstraint("amount <> 0", name="not_zero"),
        CheckConstraint("decider_user_id IS NULL OR state = 'withdrawn' OR decider_user_id <> requester_user_id", name="two_people"),
        Index("ix_wallet_request_state", "state", "requested_at", "id"),
    )
