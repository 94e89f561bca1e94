"""Forms that were sent after the session had ended: kept for a day, for the browser and the person who sent them."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.model.base import Base, Created, Digest, Id, Moment, Prose, Word, foreign


class UnsentForm(Base):
    """What was typed and chosen, sealed with a key that is derived from the browser's cookie and kept nowhere."""

    __tablename__ = "unsent_form"

    id: Mapped[Id]
    browser_digest: Mapped[bytes] = mapped_column(Digest)
    """Of the cookie's token, which the key comes from."""
    user_id: Mapped[UUID] = foreign("user.id", index=False)
    side: Mapped[Word]
    contact_id: Mapped[UUID | None] = foreign("contact.id", index=False)
    """In the portal: as whom it was written, and so for which customer."""
    path: Mapped[Prose]
    """Where it was sent to, with the query."""
    page: Mapped[Prose] = mapped_column(default="")
    """The page it was on, where that is known."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Created]
    expires_at: Mapped[Moment]

    __table_args__ = (
        CheckConstraint("side IN ('console', 'portal')", name="side"),
        Index("ix_unsent_form_browser", "browser_digest", "created_at"),
        Index("ix_unsent_form_user", "user_id", "created_at"),
        Index("ix_unsent_form_expiry", "expires_at"),
    )
