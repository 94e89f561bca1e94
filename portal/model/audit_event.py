"""The record of who did what, to what, when, from where, with before and after."""

from uuid import UUID

from sqlalchemy import BigInteger, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.model.base import Base, Created, Digest, Id, Json, Line, Word, foreign


class AuditEvent(Base):
    """One act. Written in the act's own transaction by the operation itself; never changed, never deleted."""

    __tablename__ = "audit_event"

    id: Mapped[Id]
    at: Mapped[Created]
    action: Mapped[Word]
    """A noun and what happened to it, as in customer.updated."""
    customer_id: Mapped[UUID | None] = foreign("customer.id", index=False)
    subject_kind: Mapped[Word] = mapped_column(default="")
    subject_id: Mapped[UUID | None] = mapped_column(Uuid())
    subject_name: Mapped[Line] = mapped_column(default="")
    changes: Mapped[dict] = mapped_column(Json, default=dict)
    """By field: [before, after]."""
    facts: Mapped[dict] = mapped_column(Json, default=dict)
    """What else is worth knowing, as in an amount and its currency."""
    actor_kind: Mapped[Word]
    actor_user_id: Mapped[UUID | None] = foreign("user.id", index=False)
    actor_name: Mapped[Line] = mapped_column(default="")
    on_behalf_of: Mapped[Line] = mapped_column(default="")
    origin: Mapped[Word]
    """console, portal, link, sign_in, import, api, cli, worker."""
    ip: Mapped[str] = mapped_column(String(45), default="")
    device: Mapped[Line] = mapped_column(default="")
    request_id: Mapped[Word] = mapped_column(default="")

    __table_args__ = (
        Index("ix_audit_event_customer", "customer_id", "at", "id"),
        Index("ix_audit_event_at", "at", "id"),
        Index("ix_audit_event_actor", "actor_user_id", "at", "id"),
    )


class AuditLink(Base):
    """One link of the chain over all events, forged by the worker within moments of the event.

    Events are written by many at once; the chain is written by one at a time, so that no act waits for another's.
    Never changed, never deleted.
    """

    __tablename__ = "audit_link"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[UUID] = foreign("audit_event.id", index=False, unique=True)
    prev_hash: Mapped[bytes] = mapped_column(Digest)
    hash: Mapped[bytes] = mapped_column(Digest)
    """SHA-256 over `prev_hash` and the event."""
    linked_at: Mapped[Created]
