"""The words of letters as operators have written them, every version kept."""

from uuid import UUID

from sqlalchemy import CheckConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.model.base import Base, Created, Id, Line, Prose, Word, foreign, partial_index


class LetterVersion(Base):
    """One version of a letter's words, for one business entity or (None) for all, in one language. Never changed, never deleted.

    The one with the highest number is in force; where `is_ours`, it holds no words and those that hold otherwise do again.
    """

    __tablename__ = "letter_version"

    id: Mapped[Id]
    letter: Mapped[Word]
    business_entity_id: Mapped[UUID | None] = foreign("business_entity.id")
    locale: Mapped[Word]
    number: Mapped[int]
    """Counted from 1 for each letter, business entity and language."""
    is_ours: Mapped[bool] = mapped_column(default=False, server_default=false())
    subject: Mapped[Prose] = mapped_column(default="", server_default=text("''"))
    preheader: Mapped[Prose] = mapped_column(default="", server_default=text("''"))
    body: Mapped[Prose] = mapped_column(default="", server_default=text("''"))
    note: Mapped[Line] = mapped_column(default="", server_default=text("''"))
    author_user_id: Mapped[UUID | None] = foreign("user.id", index=False)
    author_name: Mapped[Line] = mapped_column(default="", server_default=text("''"))
    created_at: Mapped[Created]

    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("is_ours OR (subject <> '' AND body <> '')", name="words"),
        partial_index("uq_letter_version_all", "letter", "locale", "number", where="business_entity_id IS NULL", unique=True),
        partial_index(
            "uq_letter_version_entity",
            *("letter", "business_entity_id", "locale", "number"),
            where="business_entity_id IS NOT NULL",
            unique=True,
        ),
    )
