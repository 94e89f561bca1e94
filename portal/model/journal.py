"""The books: every movement of a wallet is a balanced journal entry."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.model.base import Base, CurrencyCode, Digest, Id, Line, Minor, Moment, Prose, Word, foreign, partial_index

ACCOUNTS = ("wallet_liability", "promotional_expense", "refunds", "receivable", "cash", "breakage", "opening_balance", "transfer")


class JournalEntry(Base):
    """One act on the ledger: why, by whom, under which key. Never changed, never deleted.

    (`key_scope`, `key`) is unique: the same key posts once; `request_hash` tells a retry from another request under the
    same key.
    """

    __tablename__ = "journal_entry"

    id: Mapped[Id]
    customer_id: Mapped[UUID] = foreign("customer.id", index=False)
    reason: Mapped[Word]
    note: Mapped[Prose] = mapped_column(default="")
    """For operators."""
    customer_text: Mapped[Line] = mapped_column(default="")
    reference: Mapped[Line] = mapped_column(default="")
    reverses_id: Mapped[UUID | None] = foreign("journal_entry.id", index=False, unique=True)
    transfer_id: Mapped[UUID | None]
    """Shared by the two entries that moved credit from one wallet to another."""
    key_scope: Mapped[Word]
    key: Mapped[Line]
    request_hash: Mapped[bytes] = mapped_column(Digest)
    actor_kind: Mapped[Word]
    actor_user_id: Mapped[UUID | None] = foreign("user.id", index=False)
    actor_name: Mapped[Line] = mapped_column(default="")
    approver_user_id: Mapped[UUID | None] = foreign("user.id", index=False)
    approver_name: Mapped[Line] = mapped_column(default="")
    origin: Mapped[Word]
    """console, portal, api, import, worker, cli."""
    posted_at: Mapped[Moment]

    lines: Mapped[list["JournalLine"]] = relationship(lazy="raise")

    __table_args__ = (
        UniqueConstraint("key_scope", "key"),
        Index("ix_journal_entry_customer", "customer_id", "posted_at", "id"),
        Index("ix_journal_entry_reason", "customer_id", "reason", "posted_at", "id"),
        partial_index("ix_journal_entry_transfer", "transfer_id", where="transfer_id IS NOT NULL"),
        CheckConstraint("reverses_id IS NULL OR reverses_id <> id", name="not_itself"),
    )


class JournalLine(Base):
    """One debit or credit of a journal entry. Never changed, never deleted."""

    __tablename__ = "journal_line"

    id: Mapped[Id]
    journal_entry_id: Mapped[UUID] = foreign("journal_entry.id")
    account: Mapped[Word]
    wallet_id: Mapped[UUID | None] = foreign("wallet.id", index=False)
    currency: Mapped[CurrencyCode]
    debit: Mapped[int] = mapped_column(Minor, default=0)
    credit: Mapped[int] = mapped_column(Minor, default=0)

    __table_args__ = (
        CheckConstraint("(debit > 0 AND credit = 0) OR (debit = 0 AND credit > 0)", name="one_side"),
        CheckConstraint("account IN (" + ", ".join(f"'{account}'" for account in ACCOUNTS) + ")", name="account"),
    )
