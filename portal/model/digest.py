"""Mail that comes by the calendar: a day's wallet activity in one letter, a month's statements."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date
from sqlalchemy.orm import Mapped, mapped_column

from portal.model.base import Base, Created, Json, Moment, foreign, partial_index


class WalletDigest(Base):
    """That a contact chose how to be told of wallet activity; without a row it is at once.

    `read_to` says by wallet up to which entry the contact was told. An entry's number is given under its wallet's lock,
    so that none is left out and none told twice, whatever the clock does.
    """

    __tablename__ = "wallet_digest"

    contact_id: Mapped[UUID] = foreign("contact.id", index=False, primary_key=True)
    daily: Mapped[bool]
    due_at: Mapped[Moment | None]
    """When the next one is made; after daily was switched off, the last one; None then after it."""
    read_to: Mapped[dict] = mapped_column(Json, default=dict)

    __table_args__ = (partial_index("ix_wallet_digest_due", "due_at", where="due_at IS NOT NULL"),)


class StatementMonth(Base):
    """That a customer's statements of a month were seen to, whether or not there was anything to send."""

    __tablename__ = "statement_month"

    customer_id: Mapped[UUID] = foreign("customer.id", index=False, primary_key=True)
    month: Mapped[date] = mapped_column(Date(), primary_key=True)
    """Its first day."""
    made_at: Mapped[Created]
