"""Keys that make a retried request act once."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.model.base import Base, Created, Digest, Json, Line, Word


class IdempotencyKey(Base):
    """A key that was used, what was asked under it, and the answer that a retry is given."""

    __tablename__ = "idempotency_key"

    scope: Mapped[Word] = mapped_column(primary_key=True)
    key: Mapped[Line] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(Digest)
    answer: Mapped[dict] = mapped_column(Json, default=dict)
    created_at: Mapped[Created]

    __table_args__ = (Index("ix_idempotency_key_created", "created_at"),)
