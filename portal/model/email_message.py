"""Mail: the row is the job, the outbox and the log."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.model.base import Ascii, Base, Created, Id, Json, Line, Moment, Prose, Word, foreign, partial_index
from portal.values.emails import email_key

STATES = ("queued", "sending", "sent", "delivered", "deferred", "bounced", "complained", "suppressed", "failed")
URGENT = ("sign_in", "security", "address_verification")
"""The topics that somebody waits for: they overtake everything else in the outbox."""
WAITS = "state IN ('queued', 'deferred', 'sending')"
"""What may go out still. SQLite takes an index of some rows only where the statement says these very words, without parameters."""
_URGENT = "(" + ", ".join(f"'{topic}'" for topic in URGENT) + ")"
AWAITED, UNHURRIED = f"topic IN {_URGENT}", f"topic NOT IN {_URGENT}"
SENDING = "state = 'sending'"
HAS_MESSAGE_ID, HAS_PROVIDER_REF = "message_id <> ''", "provider_ref <> ''"
UNSETTLED = "state NOT IN ('sent', 'delivered')"
"""All but the great majority: what waits, and what went wrong."""


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
    letter_version_id: Mapped[UUID | None] = foreign("letter_version.id", index=False)
    """Whose words it was made ready in last; none where they were ours."""
    language: Mapped[Word] = mapped_column(default="", server_default=text("''"))
    """In which of our languages it was made ready; empty before that, in an operator's words, and where it was not kept yet: English."""
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
    subject_key: Mapped[str] = mapped_column(Ascii(80), default="", server_default=text("''"))
    """How the subject begins, as it is compared."""
    broadcast_id: Mapped[UUID | None] = foreign("broadcast.id", index=False)
    """The letter to many that it is one of."""
    again_of_id: Mapped[UUID | None] = foreign("email_message.id", index=False)
    """The message that this one repeats, which somebody asked for."""
    dedup_key: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[Word] = mapped_column(default="queued")
    rule: Mapped[Line] = mapped_column(default="")
    """Why it was not sent, or is held back for now, in words."""
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[Created]
    claimed_until: Mapped[Moment | None]
    claim_id: Mapped[UUID | None] = mapped_column(Uuid())
    """Of the worker's claim that it is in; what another claim says of it counts no more."""
    reply: Mapped[Prose] = mapped_column(default="")
    """The last words of the receiving server."""
    from_name: Mapped[Line] = mapped_column(default="", server_default=text("''"))
    from_address: Mapped[str] = mapped_column(String(254), default="", server_default=text("''"))
    """The address that the last try was made from; empty before the first."""
    reply_to: Mapped[str] = mapped_column(String(254), default="", server_default=text("''"))
    """Where answers to it go; empty where to `from_address`."""
    signed_by: Mapped[Line] = mapped_column(default="", server_default=text("''"))
    """The domain whose key it was signed with; empty where it was not signed."""
    from_note: Mapped[Prose] = mapped_column(default="", server_default=text("''"))
    """In whose place that address wrote, and why it was not signed, in words."""
    message_id: Mapped[Line] = mapped_column(default="")
    """The Message-ID, the same at every try, by which a receiver can tell a double."""
    provider_ref: Mapped[str] = mapped_column(Ascii(120), default="", server_default=text("''"))
    """What the server that took it calls it, where it said so."""
    created_at: Mapped[Created]
    sent_at: Mapped[Moment | None]

    deliveries: Mapped[list["EmailAttempt"]] = relationship(lazy="raise", order_by="EmailAttempt.at")
    events: Mapped[list["EmailEvent"]] = relationship(lazy="raise", order_by="EmailEvent.at")

    __table_args__ = (
        CheckConstraint("state IN (" + ", ".join(f"'{state}'" for state in STATES) + ")", name="state"),
        Index("ix_email_message_to", "to_key", "created_at", "id"),
        partial_index("ix_email_message_due", "next_attempt_at", where=f"{WAITS} AND {UNHURRIED}"),
        partial_index("ix_email_message_urgent", "next_attempt_at", where=f"{WAITS} AND {AWAITED}"),
        partial_index("ix_email_message_sending", "claimed_until", where=SENDING),
        partial_index("ix_email_message_message_id", "message_id", where=HAS_MESSAGE_ID),
        partial_index("ix_email_message_provider_ref", "provider_ref", where=HAS_PROVIDER_REF),
        Index("ix_email_message_customer", "customer_id", "created_at", "id"),
        Index("ix_email_message_contact", "contact_id", "created_at", "id"),
        Index("ix_email_message_created", "created_at", "id"),
        Index("ix_email_message_letter", "letter", "created_at", "id"),
        Index("ix_email_message_sender", "sender_id", "created_at", "id"),
        partial_index("ix_email_message_user", "user_id", "created_at", "id", where="contact_id IS NULL"),
        partial_index("ix_email_message_subject", "subject_key", "created_at", "id", where="subject_key <> ''"),
        partial_index("ix_email_message_state", "state", "created_at", "id", where=UNSETTLED),
        partial_index("ix_email_message_broadcast", "broadcast_id", "state", "created_at", "id", where="broadcast_id IS NOT NULL"),
        partial_index("ix_email_message_again", "again_of_id", where="again_of_id IS NOT NULL"),
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


class EmailEvent(Base):
    """What a provider, a mailbox or the receiving server told of a message after it was handed over. All are kept.

    `message_id` is empty where it fits no message of ours.
    """

    __tablename__ = "email_event"

    id: Mapped[Id]
    provider: Mapped[Word]
    """portal (our own shape), ses, postmark, mailbox or smtp."""
    provider_event_id: Mapped[str] = mapped_column(Ascii(200))
    message_id: Mapped[UUID | None] = foreign("email_message.id", index=False)
    to_key: Mapped[str] = mapped_column(Ascii(254), default="")
    """The address that it is about, as it is compared."""
    kind: Mapped[Word]
    """delivered, deferred, bounced or complained."""
    hard: Mapped[bool] = mapped_column(default=False)
    """Whether a bounce says that the address takes no mail at all."""
    at: Mapped[Moment]
    received_at: Mapped[Created]
    words: Mapped[Prose] = mapped_column(default="")

    __table_args__ = (
        CheckConstraint("kind IN ('delivered', 'deferred', 'bounced', 'complained')", name="kind"),
        UniqueConstraint("provider", "provider_event_id"),
        Index("ix_email_event_message", "message_id", "at"),
        Index("ix_email_event_to", "to_key", "at"),
        Index("ix_email_event_received", "received_at", "id"),
    )


class Suppression(Base):
    """An address that is not written to, for what, and why; released by setting `released_at`."""

    __tablename__ = "suppression"

    id: Mapped[Id]
    email_key: Mapped[str] = mapped_column(String(254))
    scope: Mapped[Word]
    """all, billing, marketing, or a topic; never reaches essential mail unless the address is dead."""
    reason: Mapped[Word]
    """bounced (the address is dead), complained, asked, or operator (somebody here decided so)."""
    note: Mapped[Line] = mapped_column(default="")
    actor_user_id: Mapped[UUID | None] = foreign("user.id", index=False)
    actor_name: Mapped[Line] = mapped_column(default="", server_default=text("''"))
    created_at: Mapped[Created]
    released_at: Mapped[Moment | None]
    released_by: Mapped[Line] = mapped_column(default="", server_default=text("''"))
    release_note: Mapped[Line] = mapped_column(default="", server_default=text("''"))

    __table_args__ = (
        partial_index("uq_suppression", "email_key", "scope", where="released_at IS NULL", unique=True),
        Index("ix_suppression_created", "created_at", "id"),
    )
