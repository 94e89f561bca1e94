"""Statements of a wallet that were issued: what the public page checks a code against."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.model.base import Ascii, Base, Created, CurrencyCode, Digest, Id, Line, Minor, Moment, Word, foreign
from portal.model.wallet import Wallet


class Statement(Base):
    """A wallet's entries from `starts_at` up to, not including, `ends_at`, with the balance before and after them.

    The ledger is append-only and a wallet's times never go back, so a statement of a period that is over never changes:
    issuing it again gives the same row.
    """

    __tablename__ = "statement"

    id: Mapped[Id]
    wallet_id: Mapped[UUID] = foreign("wallet.id", index=False)
    customer_id: Mapped[UUID] = foreign("customer.id")
    code: Mapped[str] = mapped_column(Ascii(32), unique=True)
    """What is printed on it: random, so that it cannot be guessed; it opens nothing but the check."""
    currency: Mapped[CurrencyCode]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    time_zone: Mapped[Line]
    """In which its days were counted."""
    before_seq: Mapped[int] = mapped_column(BigInteger)
    """The number of the last entry before the period; 0 when there is none."""
    last_seq: Mapped[int] = mapped_column(BigInteger)
    opening: Mapped[int] = mapped_column(Minor)
    closing: Mapped[int] = mapped_column(Minor)
    head_hash: Mapped[bytes] = mapped_column(Digest)
    """The chain's hash at `last_seq`."""
    issued_at: Mapped[Created]
    actor_kind: Mapped[Word]
    actor_name: Mapped[Line] = mapped_column(default="")

    wallet: Mapped[Wallet] = relationship(lazy="raise")

    __table_args__ = (
        UniqueConstraint("wallet_id", "starts_at", "ends_at", "last_seq", "time_zone"),
        CheckConstraint("starts_at < ends_at", name="period"),
        CheckConstraint("last_seq >= before_seq", name="seq"),
    )
