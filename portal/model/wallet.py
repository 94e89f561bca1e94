"""Wallets: a customer's store credit in one currency, the entries of its ledger, and the grants it is made of."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.model.base import Base, Created, CurrencyCode, Digest, Id, Line, Minor, Moment, Word, foreign, partial_index
from portal.model.customer import Customer


class Wallet(Base):
    """A customer's store credit in one currency.

    `balance` is moved by one guarded UPDATE only, together with `seq`; the last entry's `balance_after` equals it.
    """

    __tablename__ = "wallet"

    id: Mapped[Id]
    customer_id: Mapped[UUID] = foreign("customer.id", index=False)
    currency: Mapped[CurrencyCode]
    name: Mapped[Line] = mapped_column(default="")
    balance: Mapped[int] = mapped_column(Minor, default=0)
    floor: Mapped[int] = mapped_column(Minor, default=0)
    """The balance never goes below it."""
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    """How many entries there are."""
    status: Mapped[Word] = mapped_column(default="open")
    status_reason: Mapped[Line] = mapped_column(default="")
    is_main: Mapped[bool] = mapped_column(default=False)
    """The one wallet that lists show for the customer."""
    low_balance: Mapped[int | None] = mapped_column(Minor)
    """Set by the customer: tell us below this."""
    low_balance_told_at: Mapped[Moment | None]
    opened_at: Mapped[Created]
    last_entry_at: Mapped[Moment | None]

    customer: Mapped[Customer] = relationship(back_populates="wallets", lazy="raise")

    __table_args__ = (
        UniqueConstraint("customer_id", "currency"),
        CheckConstraint("balance >= floor", name="floor"),
        CheckConstraint("status IN ('open', 'frozen', 'closed')", name="status"),
        CheckConstraint("status <> 'closed' OR balance = 0", name="closed_is_empty"),
        CheckConstraint("length(currency) = 3", name="currency"),
        partial_index("uq_wallet_main", "customer_id", where="is_main", unique=True),
        partial_index("ix_wallet_main_balance", "currency", "balance", "customer_id", where="is_main"),
        partial_index("ix_wallet_other_currency", "currency", "customer_id", where="NOT is_main"),
        partial_index("ix_wallet_fallen", "id", where="low_balance_told_at IS NULL AND balance < low_balance"),
        partial_index("ix_wallet_risen", "id", where="low_balance_told_at IS NOT NULL AND balance >= low_balance"),
    )


class WalletEntry(Base):
    """One line of a wallet's ledger. Never changed, never deleted: triggers refuse it."""

    __tablename__ = "wallet_entry"

    id: Mapped[Id]
    wallet_id: Mapped[UUID] = foreign("wallet.id", index=False)
    journal_entry_id: Mapped[UUID] = foreign("journal_entry.id")
    seq: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(Minor)
    balance_after: Mapped[int] = mapped_column(Minor)
    posted_at: Mapped[Moment]
    prev_hash: Mapped[bytes] = mapped_column(Digest)
    hash: Mapped[bytes] = mapped_column(Digest)
    """SHA-256 over this entry and `prev_hash`: the chain of the wallet."""

    journal_entry: Mapped["JournalEntry"] = relationship(lazy="raise")  # noqa: F821
    wallet: Mapped[Wallet] = relationship(lazy="raise")

    __table_args__ = (
        UniqueConstraint("wallet_id", "seq"),
        CheckConstraint("amount <> 0", name="not_zero"),
        CheckConstraint("seq > 0", name="seq"),
        Index("ix_wallet_entry_posted", "wallet_id", "posted_at"),
    )

    @property
    def balance_before(self) -> int:
        return self.balance_after - self.amount


class CreditGrant(Base):
    """Credit that was added, and what is left of it."""

    __tablename__ = "credit_grant"

    id: Mapped[Id]
    wallet_id: Mapped[UUID] = foreign("wallet.id", index=False)
    entry_id: Mapped[UUID] = foreign("wallet_entry.id", index=False, unique=True)
    seq: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """The number of the entry that made it."""
    emptied_seq: Mapped[int | None] = mapped_column(BigInteger)
    """The number of the entry that took the last of it; none while something is left."""
    kind: Mapped[Word]
    priority: Mapped[int] = mapped_column(SmallInteger, default=50)
    """Spent first: the lowest."""
    amount: Mapped[int] = mapped_column(Minor)
    remaining: Mapped[int] = mapped_column(Minor)
    expires_at: Mapped[Moment | None]
    announced_at: Mapped[Moment | None]
    """When its coming expiry was told."""
    revoked_at: Mapped[Moment | None]
    granted_at: Mapped[Moment]

    entry: Mapped[WalletEntry] = relationship(lazy="raise")

    __table_args__ = (
        CheckConstraint("kind IN ('paid', 'promotional')", name="kind"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("remaining BETWEEN 0 AND amount", name="remaining"),
        partial_index(  # the order of spending; that of `remaining` would be written anew by every spend
            "ix_credit_grant_spending",
            *("wallet_id", "priority", text("(expires_at IS NULL)"), "expires_at", text("kind DESC"), "granted_at", "id"),
            where="emptied_seq IS NULL",
        ),
        Index("ix_credit_grant_emptied", "wallet_id", "emptied_seq"),
        partial_index("ix_credit_grant_expiry", "expires_at", "id", where="emptied_seq IS NULL AND expires_at IS NOT NULL"),
        partial_index("ix_credit_grant_ending", "wallet_id", "expires_at", where="emptied_seq IS NULL AND expires_at IS NOT NULL"),
    )


class GrantUse(Base):
    """That an entry took from a grant (amount > 0), or gave back to it (amount < 0). Never changed."""

    __tablename__ = "grant_use"

    id: Mapped[Id]
    entry_id: Mapped[UUID] = foreign("wallet_entry.id")
    grant_id: Mapped[UUID] = foreign("credit_grant.id", index=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    """The entry's number: what was left of a grant as of any entry is its last use at or before that number."""
    amount: Mapped[int] = mapped_column(Minor)
    remaining_after: Mapped[int] = mapped_column(Minor)
    rule: Mapped[Word]
    """Why this grant was taken: priority, expiry, promotional, oldest, only, owed (it made good an overdraft), revoked, reversed."""

    grant: Mapped[CreditGrant] = relationship(lazy="raise")

    __table_args__ = (
        CheckConstraint("amount <> 0", name="not_zero"),
        CheckConstraint("remaining_after >= 0", name="remaining_after"),
        Index("ix_grant_use_grant", "grant_id", "seq"),
    )
