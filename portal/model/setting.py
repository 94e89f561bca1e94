"""What the owners of an installation decide, by name."""

from sqlalchemy.orm import Mapped, mapped_column

from portal.model.base import Base, Created, Json, Word


class Setting(Base):
    """One decision, as in which roles need a second factor."""

    __tablename__ = "setting"

    key: Mapped[Word] = mapped_column(primary_key=True)
    value: Mapped[object] = mapped_column(Json)
    changed_at: Mapped[Created]
