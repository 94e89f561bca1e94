"""What operators keep of the list of customers, and what they write to many of them at once."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.model.base import Base, Created, Id, Json, Line, Moment, Prose, Word, foreign, partial_index

STATES = ("draft", "scheduled", "sending", "done", "stopped")


class SavedView(Base):
    """A view of the customers under a name: its operator's own, or shared with all. What it shows is never changed."""

    __tablename__ = "saved_view"

    id: Mapped[Id]
    name: Mapped[Line]
    query: Mapped[Prose]
    """Filters, search and order as they stand in the list's address."""
    user_id: Mapped[UUID] = foreign("user.id", index=False)
    shared: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[Created]
    ended_at: Mapped[Moment | None]

    __table_args__ = (partial_index("ix_saved_view_user", "user_id", where="ended_at IS NULL"),)


class Broadcast(Base):
    """One letter to the contacts of many customers: whoever gets its topic, among those that a view showed.

    `query` is the view as it stood when it was chosen. The row is the job: the worker counts, sends and stops by it, a
    batch of customers in one transaction, and keeps the place it came to in the same one.
    """

    __tablename__ = "broadcast"

    id: Mapped[Id]
    name: Mapped[Line]
    state: Mapped[Word] = mapped_column(default="draft")
    topic: Mapped[Word]
    subject: Mapped[Prose] = mapped_column(default="", server_default=text("''"))
    preheader: Mapped[Prose] = mapped_column(default="", server_default=text("''"))
    body: Mapped[Prose] = mapped_column(default="", server_default=text("''"))
    view: Mapped[Word]
    """The key of a view that everybody has, or the id of a saved one."""
    view_name: Mapped[Line]
    query: Mapped[Prose] = mapped_column(default="", server_default=text("''"))
    time_zone: Mapped[Word] = mapped_column(default="UTC", server_default=text("'UTC'"))
    """Of whom the days in the query are."""
    business_entity_id: Mapped[UUID | None] = foreign("business_entity.id", index=False)
    """Whose customers alone are written to; none for those of each, who are written to by their own."""
    within: Mapped[list | None] = mapped_column(Json)
    """The business entities whose customers its author reached; none for all."""
    count_state: Mapped[Word] = mapped_column(default="counting", server_default=text("'counting'"))
    """counting or counted."""
    count_place: Mapped[Prose] = mapped_column(default="", server_default=text("''"))
    counts: Mapped[dict] = mapped_column(Json, default=dict)
    """Who would get it: {customers, will, not: {rule: number}}."""
    counted_at: Mapped[Moment | None]
    place: Mapped[Prose] = mapped_column(default="", server_default=text("''"))
    """Where in the list the sending is."""
    progress: Mapped[dict] = mapped_column(Json, default=dict)
    """As `counts`, of those whom it has come to."""
    scheduled_at: Mapped[Moment | None]
    scheduled_by: Mapped[Line] = mapped_column(default="", server_default=text("''"))
    started_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    stopped_by: Mapped[Line] = mapped_column(default="", server_default=text("''"))
    stop_done: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether what waited when it was stopped is marked as held back."""
    author_user_id: Mapped[UUID | None] = foreign("user.id", index=False)
    author_name: Mapped[Line] = mapped_column(default="", server_default=text("''"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    created_at: Mapped[Created]
    removed_at: Mapped[Moment | None]

    __table_args__ = (
        CheckConstraint("state IN (" + ", ".join(f"'{state}'" for state in STATES) + ")", name="state"),
        CheckConstraint("count_state IN ('counting', 'counted')", name="count_state"),
        CheckConstraint("state = 'draft' OR (scheduled_at IS NOT NULL AND removed_at IS NULL)", name="scheduled"),
        CheckConstraint("state <> 'stopped' OR stopped_by <> ''", name="stopped"),
        Index("ix_broadcast_created", "created_at", "id"),
    )
