"""Customers: the companies and people who are billed."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.model.base import Ascii, Base, Created, CurrencyCode, Id, Json, Line, Moment, Prose, Word, foreign, partial_index
from portal.values.text import fold

SORT_KEY_LENGTH = 255


def sort_key(name: str) -> str:
    """Give what a name sorts and is sought by: folded, without marks and case."""
    return fold(name)[:SORT_KEY_LENGTH]


class Customer(Base):
    """A company or person who is billed. Only the name is required."""

    __tablename__ = "customer"

    id: Mapped[Id]
    name: Mapped[Line]
    name_key: Mapped[str] = mapped_column(Ascii(SORT_KEY_LENGTH))
    external_id: Mapped[str | None] = mapped_column(Ascii(255), unique=True)
    """The key of the source system, shown as "Customer ID"; imports match rows by it."""
    email: Mapped[str | None] = mapped_column(String(254))
    email_key: Mapped[str | None] = mapped_column(Ascii(254), unique=True)
    """The address as it is compared: case-insensitively."""
    phone: Mapped[Word | None]
    """E.164."""
    business_entity_id: Mapped[UUID] = foreign("business_entity.id")
    parent_id: Mapped[UUID | None] = foreign("customer.id")
    locale: Mapped[Word | None]
    time_zone: Mapped[str | None]
    currency: Mapped[CurrencyCode | None]
    """Preferred; the business entity's where none is set, likewise locale and time zone."""
    auto_charge: Mapped[bool] = mapped_column(default=False)
    communications: Mapped[bool] = mapped_column(default=True)
    """The master switch; off means nothing but essential mail goes to anyone here."""
    support_access: Mapped[bool] = mapped_column(default=True)
    """Whether operators may view the portal as this customer."""
    tax_exempt: Mapped[bool] = mapped_column(default=False)
    tax_exempt_reason: Mapped[Line] = mapped_column(default="")
    tax_exempt_evidence: Mapped[Prose] = mapped_column(default="")
    tax_exempt_until: Mapped[Moment | None]
    custom_data: Mapped[dict] = mapped_column(Json, default=dict)
    attributes: Mapped[dict] = mapped_column(Json, default=dict)
    """Values of the custom attributes that operators defined, by key."""
    notes: Mapped[Prose] = mapped_column(default="")
    """For operators only."""
    status: Mapped[Word] = mapped_column(default="active")
    archived_at: Mapped[Moment | None]
    erased_at: Mapped[Moment | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Created]
    updated_at: Mapped[Created]

    __mapper_args__ = {"version_id_col": version}

    business_entity: Mapped["BusinessEntity"] = relationship(lazy="raise")  # noqa: F821
    parent: Mapped["Customer | None"] = relationship(remote_side="Customer.id", lazy="raise")
    addresses: Mapped[list["Address"]] = relationship(back_populates="customer", lazy="raise")  # noqa: F821
    tax_ids: Mapped[list["TaxId"]] = relationship(back_populates="customer", lazy="raise", order_by="TaxId.id")  # noqa: F821
    contacts: Mapped[list["Contact"]] = relationship(back_populates="customer", lazy="raise")  # noqa: F821
    wallets: Mapped[list["Wallet"]] = relationship(back_populates="customer", lazy="raise")  # noqa: F821

    __table_args__ = (
        CheckConstraint("length(name) BETWEEN 1 AND 255", name="name_length"),
        CheckConstraint("status IN ('active', 'archived')", name="status"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("(email IS NULL) = (email_key IS NULL)", name="email_and_key"),
        Index("ix_customer_name_key", "name_key", "id"),
        Index("ix_customer_status_name", "status", "name_key", "id"),
        partial_index("ix_customer_tax_exempt", "name_key", "id", where="tax_exempt"),
        partial_index("ix_customer_mail_off", "id", where="NOT communications"),
        Index("ix_customer_created", "created_at", "id"),
        Index("ix_customer_updated", "updated_at", "id"),
    )

    @validates("name")
    def _keep_name_key(self, attribute, name):
        self.name_key = sort_key(name)
        return name

    @property
    def archived(self) -> bool:
        return self.status == "archived"


class SearchDocument(Base):
    """What one customer is found by: every name, ID, address, number, one a line, folded.

    A full-text index (FTS5 trigrams on SQLite, pg_trgm on PostgreSQL) lies over `body`; its integer key is why this is
    a table of its own.
    """

    __tablename__ = "search_document"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    customer_id: Mapped[UUID] = foreign("customer.id", index=False, ondelete="CASCADE", unique=True)
    body: Mapped[Prose]


class CustomAttribute(Base):
    """A typed field that operators add to the customer form."""

    __tablename__ = "custom_attribute"

    id: Mapped[Id]
    business_entity_id: Mapped[UUID | None] = foreign("business_entity.id")
    key: Mapped[Word]
    label: Mapped[Line]
    kind: Mapped[Word]
    required: Mapped[bool] = mapped_column(default=False)
    default: Mapped[object | None] = mapped_column(Json)
    choices: Mapped[list] = mapped_column(Json, default=list)
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Created]

    __table_args__ = (
        CheckConstraint("kind IN ('text', 'whole', 'decimal', 'yes_no', 'date', 'choice', 'list', 'json')", name="kind"),
        UniqueConstraint("business_entity_id", "key"),
    )
