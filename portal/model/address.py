"""A customer's address book."""

from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.model.base import Ascii, Base, Created, Id, Line, Moment, Word, foreign, partial_index
from portal.model.customer import Customer, sort_key

PARTS = ("line1", "line2", "line3", "city", "state", "postal_code", "country", "phone")


class Address(Base):
    """One address; at most one is the default for billing, one for shipping. Deleting sets `deleted_at`."""

    __tablename__ = "address"

    id: Mapped[Id]
    customer_id: Mapped[UUID] = foreign("customer.id")
    line1: Mapped[Line] = mapped_column(default="")
    line2: Mapped[Line] = mapped_column(default="")
    line3: Mapped[Line] = mapped_column(default="")
    city: Mapped[Line] = mapped_column(default="")
    city_key: Mapped[str] = mapped_column(Ascii(255), default="")
    state: Mapped[Line] = mapped_column(default="")
    postal_code: Mapped[Word] = mapped_column(default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    """ISO 3166-1 alpha-2."""
    phone: Mapped[Word] = mapped_column(default="")
    is_billing: Mapped[bool] = mapped_column(default=False)
    is_shipping: Mapped[bool] = mapped_column(default=False)
    deleted_at: Mapped[Moment | None]
    created_at: Mapped[Created]

    customer: Mapped[Customer] = relationship(back_populates="addresses", lazy="raise")

    __table_args__ = (
        CheckConstraint("deleted_at IS NULL OR NOT (is_billing OR is_shipping)", name="deleted_is_no_default"),
        partial_index("uq_address_billing", "customer_id", where="is_billing", unique=True),
        partial_index("uq_address_shipping", "customer_id", where="is_shipping", unique=True),
        partial_index("ix_address_billing_country", "country", "customer_id", where="is_billing"),
        partial_index("ix_address_billing_city", "city_key", "customer_id", where="is_billing"),
    )

    @validates("city")
    def _keep_city_key(self, attribute, city):
        self.city_key = sort_key(city)
        return city

    def parts(self) -> dict[str, str]:
        """Give what makes two addresses equal."""
        return {part: getattr(self, part) for part in PARTS}
