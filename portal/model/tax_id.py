"""A customer's tax IDs."""

from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.model.base import Ascii, Base, Created, Id, Line, Moment, Word, foreign
from portal.model.customer import Customer


class TaxId(Base):
    """One number, its format and check digit tested; what its register says comes later and never blocks."""

    __tablename__ = "tax_id"

    id: Mapped[Id]
    customer_id: Mapped[UUID] = foreign("customer.id", index=False)
    kind: Mapped[Word]
    value: Mapped[str] = mapped_column(Ascii(64), index=True)
    register_state: Mapped[Word] = mapped_column(default="unknown")
    register_checked_at: Mapped[Moment | None]
    register_name: Mapped[Line] = mapped_column(default="")
    created_at: Mapped[Created]

    customer: Mapped[Customer] = relationship(back_populates="tax_ids", lazy="raise")

    __table_args__ = (
        UniqueConstraint("customer_id", "kind", "value"),
        CheckConstraint("register_state IN ('unknown', 'valid', 'invalid')", name="register_state"),
    )
