"""Our own legal entities, each billing its customers, and the identities their mail goes out from."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.model.base import Base, Created, CurrencyCode, Digest, Id, Json, Line, Moment, Prose, Word, foreign, partial_index

LOGO_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")


class BusinessEntity(Base):
    """A legal entity of ours. Exactly one is the default."""

    __tablename__ = "business_entity"

    id: Mapped[Id]
    name: Mapped[Line]
    """What customers call it: the head of the portal and of its mail."""
    legal_name: Mapped[Line]
    address_line: Mapped[Line] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    locale: Mapped[Word] = mapped_column(default="en")
    time_zone: Mapped[str] = mapped_column(default="UTC")
    currency: Mapped[CurrencyCode] = mapped_column(default="EUR")
    colour: Mapped[Word] = mapped_column(default="")
    logo: Mapped[Line] = mapped_column(default="", server_default=text("''"))
    """The file name of the logo in use, under /logos/; empty where there is none."""
    logo_width: Mapped[int] = mapped_column(default=0, server_default="0")
    logo_height: Mapped[int] = mapped_column(default=0, server_default="0")
    """The sides of the logo in use, in pixels."""
    expiry_notice_days: Mapped[int] = mapped_column(default=14, server_default="14")
    """How many days before credit ends its holders are told."""
    is_default: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Created]

    senders: Mapped[list["Sender"]] = relationship(back_populates="business_entity", lazy="raise")

    __table_args__ = (partial_index("uq_business_entity_default", "is_default", where="is_default", unique=True),)


class Logo(Base):
    """A picture that a business entity has used as its logo. Never changed, never deleted: letters that were sent point at it.

    Which one is in use, its business entity says.
    """

    __tablename__ = "logo"

    id: Mapped[Id]
    business_entity_id: Mapped[UUID] = foreign("business_entity.id", index=False)
    digest: Mapped[bytes] = mapped_column(Digest)
    """The SHA-256 of the bytes; with the ending of its kind, its file name."""
    media_type: Mapped[Word]
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
    """As it was handed in; read by itself, for a list needs none of it."""
    width: Mapped[int]
    height: Mapped[int]
    author_user_id: Mapped[UUID | None] = foreign("user.id", index=False)
    author_name: Mapped[Line] = mapped_column(default="")
    created_at: Mapped[Created]

    __table_args__ = (
        UniqueConstraint("business_entity_id", "digest"),
        Index("ix_logo_digest", "digest"),
        CheckConstraint("media_type IN (" + ", ".join(f"'{kind}'" for kind in LOGO_TYPES) + ")", name="media_type"),
        CheckConstraint("width > 0 AND height > 0", name="sides"),
    )


class Sender(Base):
    """An identity that mail goes out from."""

    __tablename__ = "sender"

    id: Mapped[Id]
    business_entity_id: Mapped[UUID] = foreign("business_entity.id")
    name: Mapped[Line]
    address: Mapped[Line]
    reply_to: Mapped[Line] = mapped_column(default="")
    is_default: Mapped[bool] = mapped_column(default=False)
    dkim_domain: Mapped[Line] = mapped_column(default="")
    dkim_selector: Mapped[Word] = mapped_column(default="")
    dkim_private_key: Mapped[Prose | None]
    """Encrypted at rest; never shown."""
    dkim_public_key: Mapped[Prose] = mapped_column(default="", server_default=text("''"))
    dkim_made_at: Mapped[Moment | None]
    dkim_next_selector: Mapped[Word] = mapped_column(default="", server_default=text("''"))
    """Of the key that takes over once its record is published."""
    dkim_next_private_key: Mapped[Prose | None]
    dkim_next_public_key: Mapped[Prose] = mapped_column(default="", server_default=text("''"))
    dkim_former_selector: Mapped[Word] = mapped_column(default="", server_default=text("''"))
    """Of the key before this one: mail that was signed with it may still be on its way."""
    dkim_rotated_at: Mapped[Moment | None]
    dns_state: Mapped[Word] = mapped_column(default="unknown")
    """What the last check said of the key's record; unknown before the first."""
    dns_published: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the record stood there when the resolver answered last; only then is mail signed."""
    dns_report: Mapped[list] = mapped_column(Json, default=list, server_default=text("'[]'"))
    """Each record of the last check: {what, name, state, words, found}."""
    dns_checked_at: Mapped[Moment | None]
    dns_due_at: Mapped[Moment | None]
    created_at: Mapped[Created]
    ended_at: Mapped[Moment | None]

    business_entity: Mapped[BusinessEntity] = relationship(back_populates="senders", lazy="raise")

    __table_args__ = (
        partial_index("uq_sender_default", "business_entity_id", where="is_default", unique=True),
        partial_index("ix_sender_due", "dns_due_at", where="dns_due_at IS NOT NULL"),
    )
