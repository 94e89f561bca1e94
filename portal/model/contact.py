"""The people at a customer, and what each of them is sent."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.model.base import Ascii, Base, Created, Id, Json, Line, Moment, Prose, Word, foreign, partial_index
from portal.model.customer import Customer

PORTAL_ROLES = ("none", "viewer", "billing_manager", "owner")


class Contact(Base):
    """A person at a customer. The customer's own email is its primary contact; all others are secondary.

    `portal_role` is what this person may do in the portal, and the one place where that is kept: signing in with this
    address leads to this customer.
    """

    __tablename__ = "contact"

    id: Mapped[Id]
    customer_id: Mapped[UUID] = foreign("customer.id", index=False)
    user_id: Mapped[UUID | None] = foreign("user.id")
    """Set when this person first signs in."""
    first_name: Mapped[Line] = mapped_column(default="")
    last_name: Mapped[Line] = mapped_column(default="")
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(Ascii(254), index=True)
    phone: Mapped[Word] = mapped_column(default="")
    job_title: Mapped[Line] = mapped_column(default="")
    locale: Mapped[Word | None]
    time_zone: Mapped[str | None]
    is_primary: Mapped[bool] = mapped_column(default=False)
    portal_role: Mapped[Word] = mapped_column(default="none")
    verified_at: Mapped[Moment | None]
    bounce_state: Mapped[Word] = mapped_column(default="none")
    bounced_at: Mapped[Moment | None]
    removed_at: Mapped[Moment | None]
    merged_into_id: Mapped[UUID | None] = mapped_column(Uuid())
    """Of one who was removed: the contact of the same person that it became a part of. Contacts are never deleted."""
    created_at: Mapped[Created]
    updated_at: Mapped[Created]

    customer: Mapped[Customer] = relationship(back_populates="contacts", lazy="raise")
    preferences: Mapped[list["Preference"]] = relationship(back_populates="contact", lazy="raise")

    __table_args__ = (
        CheckConstraint("portal_role IN ('none', 'viewer', 'billing_manager', 'owner')", name="portal_role"),
        CheckConstraint("bounce_state IN ('none', 'soft', 'hard', 'complained')", name="bounce_state"),
        CheckConstraint("removed_at IS NULL OR NOT is_primary", name="primary_is_kept"),
        partial_index("ix_contact_merged", "merged_into_id", where="merged_into_id IS NOT NULL"),
        partial_index("uq_contact_email", "customer_id", "email_key", where="removed_at IS NULL", unique=True),
        partial_index("ix_contact_bounced", "customer_id", where="is_primary AND bounce_state <> 'none'"),
        partial_index("uq_contact_primary", "customer_id", where="is_primary", unique=True),
    )

    @property
    def name(self) -> str:
        """The person's name, or the address where no name is known."""
        return " ".join(filter(None, (self.first_name, self.last_name))) or self.email


class ContactMerger(Base):
    """That one contact was made of two, and all that this changed: it can be undone for a while, as a whole."""

    __tablename__ = "contact_merger"

    id: Mapped[Id]
    keep_id: Mapped[UUID] = foreign("contact.id", index=False)
    gone_id: Mapped[UUID] = foreign("contact.id", index=False)
    before: Mapped[dict] = mapped_column(Json)
    """By column, what the contact that stays had."""
    after: Mapped[dict] = mapped_column(Json)
    """By column, what the merge left it with; whatever differs from that was changed since."""
    choices: Mapped[list] = mapped_column(Json)
    """What was chosen by it: {contact, topic, receipt, held (the receipt that held before; none where nobody had chosen)}."""
    moved: Mapped[dict] = mapped_column(Json)
    """What else it moved or ended, by kind: the ids of messages, links and invites, and when the digest was due."""
    merged_at: Mapped[Created]
    undone_at: Mapped[Moment | None]
    stays: Mapped[list] = mapped_column(Json, default=list)
    """Of one that was undone: what was left as it is, since it was changed in between; in sentences."""

    __table_args__ = (
        Index("ix_contact_merger_gone", "gone_id", "merged_at"),
        Index("ix_contact_merger_keep", "keep_id", "merged_at"),
    )


class Preference(Base):
    """Whether a contact is sent a topic, where somebody chose; the defaults of the topic hold elsewhere."""

    __tablename__ = "preference"

    contact_id: Mapped[UUID] = foreign("contact.id", index=False, primary_key=True)
    topic: Mapped[Word] = mapped_column(primary_key=True)
    wanted: Mapped[bool]
    receipt_id: Mapped[UUID] = foreign("preference_receipt.id", index=False)

    contact: Mapped[Contact] = relationship(back_populates="preferences", lazy="raise")

    __table_args__ = (partial_index("ix_preference_wanted", "topic", "contact_id", where="wanted"),)


class PreferenceReceipt(Base):
    """That somebody chose: who, when, how, and the exact words shown. Never changed, never deleted."""

    __tablename__ = "preference_receipt"

    id: Mapped[Id]
    contact_id: Mapped[UUID] = foreign("contact.id", index=False)
    topic: Mapped[Word]
    before: Mapped[bool]
    wanted: Mapped[bool]
    how: Mapped[Word]
    """form, link, one_click, import, api, undo, or system: chosen by itself, as where the last reader cannot be reached."""
    wording: Mapped[Prose] = mapped_column(default="")
    actor_kind: Mapped[Word]
    actor_user_id: Mapped[UUID | None] = foreign("user.id", index=False)
    actor_name: Mapped[Line] = mapped_column(default="")
    undoes_id: Mapped[UUID | None] = foreign("preference_receipt.id", index=False)
    chosen_at: Mapped[Created]

    __table_args__ = (
        Index("ix_preference_receipt_contact", "contact_id", "topic", "chosen_at"),
        partial_index("ix_preference_receipt_off", "topic", "chosen_at", where="NOT wanted"),
        CheckConstraint("how IN ('form', 'link', 'one_click', 'import', 'api', 'undo', 'system')", name="how"),
    )


class TopicSetting(Base):
    """An operator's change to the catalogue: a marketing topic added, or one hidden."""

    __tablename__ = "topic_setting"

    id: Mapped[Id]
    topic: Mapped[Word] = mapped_column()
    label: Mapped[Line] = mapped_column(default="")
    hint: Mapped[Line] = mapped_column(default="")
    hidden: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Created]

    __table_args__ = (UniqueConstraint("topic"),)


class ContactDefault(Base):
    """What new contacts of one customer are sent, where it differs from the catalogue."""

    __tablename__ = "contact_default"

    customer_id: Mapped[UUID] = foreign("customer.id", index=False, primary_key=True)
    topic: Mapped[Word] = mapped_column(primary_key=True)
    wanted: Mapped[bool]
