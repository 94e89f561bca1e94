"""Mail: the row is the job, the outbox and the log."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.model.base import Ascii, Base, Created, Id, Json, Line, Moment, Prose, Word, foreign, partial_index
from portal.values.emails import email_key

STATES = ("queued", "sending", "sent", "delivered", "deferred", "bounced", "complained", "suppressed", "failed")


class EmailMessage(Base):
    """A message to one person, written in the transaction of the act that causes it.

    It keeps the letter's name and the facts; the words, and the links, whose tokens are kept nowhere, are made when it
    is sent.
    """

    __tablename__ = "email_message"

    id: Mapped[Id]
    customer_id: Mapped[UUID | None] = foreign("customer.id", index=False)
    contact_id: Mapped[UUID | None] = foreign("contact.id", index=False)
    user_id: Mapped[UUID | None] = foreign("user.id", index=False)
    sender_id: Mapped[UUID] = foreign("sender.id", index=False)
    to_address: Mapped[str] = mapped_column(String(254))
    to_key: Mapped[str] = mapped_column(Ascii(254))
    """The address as it is compared."""
    to_name: Mapped[Line] = mapped_column(default="")
    letter: Mapped[Word]
    topic: Mapped[Word]
    locale: Mapped[Word] = mapped_column(default="en")
    time_zone: Mapped[str] = mapped_column(default="UTC")
    facts: Mapped[dict] = mapped_column(Json, default=dict)
    """What the letter says; no secrets."""
    links: Mapped[dict] = mapped_column(Json, default=dict)
    """Which links it wants, by name: {purpose, target, request_id ...}; made at sending."""
    why: Mapped[Line] = mapped_column(default="")
    """The rule by which this person gets it, in words."""
    subject: Mapped[Line] = mapped_column(default="")
    """As sent."""
    dedup_key: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[Word] = mapped_column(default="queued")
    rule: Mapped[Word] = mapped_column(default="")
    """What suppressed it."""
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[Created]
    claimed_until: Mapped[Moment | None]
    reply: Mapped[Prose] = mapped_column(default="")
    """The last words of the receiving server."""
    message_id: Mapped[Line] = mapped_column(default="")
    created_at: Mapped[Created]
    sent_at: Mapped[Moment | None]

    deliveries: Mapped[list["EmailAttempt"]] = relationship(lazy="raise", order_by="EmailAttempt.at")

    __table_args__ = (
        CheckConstraint("state IN (" + ", ".join(f"'{state}'" for state in STATES) + ")", name="state"),
        Index("ix_email_message_to", "to_key", "created_at", "id"),
        partial_index("ix_email_message_due", "next_attempt_at", where="state IN ('queued', 'deferred', 'sending')"),
        Index("ix_email_message_customer", "customer_id", "created_at", "id"),
        Index("ix_email_message_contact", "contact_id", "created_at", "id"),
        Index("ix_email_message_created", "created_at", "id"),
    )

    @validates("to_address")
    def _keep_to_key(self, attribute, address):
        self.to_key = email_key(address)
        return address


class EmailAttempt(Base):
    """One try to hand a message over, with the server's words."""

    __tablename__ = "email_attempt"

    id: Mapped[Id]
    message_id: Mapped[UUID] = foreign("email_message.id")
    at: Mapped[Created]
    outcome: Mapped[Word]
    code: Mapped[int | None]
    reply: Mapped[Prose] = mapped_column(default="")


class Suppression(Base):
    """An address that is not written to, for what, and why; released by setting `released_at`."""

    __tablename__ = "suppression"

    id: Mapped[Id]
    email_key: Mapped[str] = mapped_column(String(254))
    scope: Mapped[Word]
    """all, billing, marketing, or a topic; never reaches essential mail unless the address is dead."""
    reason: Mapped[Word]
    note: Mapped[Line] = mapped_column(default="")
    actor_user_id: Mapped[UUID | None] = foreign("user.id", index=False)
    created_at: Mapped[Created]
    released_at: Mapped[Moment | None]

    __table_args__ = (partial_index("uq_suppression", "email_key", "scope", where="released_at IS NULL", unique=True),)
