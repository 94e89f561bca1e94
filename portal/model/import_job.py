"""Imports: the upload, kept in pieces, and the job that the worker claims."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.model.base import Base, Created, Id, Json, Line, Moment, Prose, Word, foreign

STATES = ("uploaded", "checking", "refused", "ready", "waiting", "running", "done", "failed", "cancelled", "undone")


class ImportJob(Base):
    """One import of customers, contacts or both: uploaded, checked, then run whole or not at all."""

    __tablename__ = "import_job"

    id: Mapped[Id]
    kind: Mapped[Word] = mapped_column(default="customers")
    state: Mapped[Word] = mapped_column(default="uploaded")
    mode: Mapped[Word] = mapped_column(default="all_or_nothing")
    mapping: Mapped[dict] = mapped_column(Json, default=dict)
    """Per file: our column by the file's header."""
    business_entity_id: Mapped[UUID | None] = foreign("business_entity.id", index=False)
    total_rows: Mapped[int] = mapped_column(default=0)
    done_rows: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict] = mapped_column(Json, default=dict)
    """created, updated, unchanged, skipped, problems."""
    failure: Mapped[Prose] = mapped_column(default="")
    """In words, when the state is refused or failed."""
    actor_user_id: Mapped[UUID | None] = foreign("user.id", index=False)
    actor_name: Mapped[Line] = mapped_column(default="")
    claimed_until: Mapped[Moment | None]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Created]
    started_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]

    files: Mapped[list["ImportFile"]] = relationship(lazy="raise", order_by="ImportFile.kind.desc()")

    __table_args__ = (
        CheckConstraint("state IN (" + ", ".join(f"'{state}'" for state in STATES) + ")", name="state"),
        CheckConstraint("mode IN ('all_or_nothing', 'valid_rows')", name="mode"),
        Index("ix_import_job_state", "state", "created_at"),
    )


class ImportFile(Base):
    """One uploaded file of a job."""

    __tablename__ = "import_file"

    id: Mapped[Id]
    job_id: Mapped[UUID] = foreign("import_job.id", index=False, ondelete="CASCADE")
    kind: Mapped[Word]
    """customers or contacts."""
    name: Mapped[Line]
    size: Mapped[int] = mapped_column(default=0)
    encoding: Mapped[Word] = mapped_column(default="")
    delimiter: Mapped[str] = mapped_column(default="")
    header: Mapped[list] = mapped_column(Json, default=list)

    __table_args__ = (UniqueConstraint("job_id", "kind"), CheckConstraint("kind IN ('customers', 'contacts')", name="kind"))


class ImportPiece(Base):
    """A piece of an uploaded file: in the database, so that any worker on any machine can read it."""

    __tablename__ = "import_piece"

    file_id: Mapped[UUID] = foreign("import_file.id", index=False, ondelete="CASCADE", primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ImportProblem(Base):
    """One cell that cannot be imported, and why."""

    __tablename__ = "import_problem"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    job_id: Mapped[UUID] = foreign("import_job.id", index=False, ondelete="CASCADE")
    file_kind: Mapped[Word]
    row: Mapped[int]
    """As counted in the file: the header is row 1."""
    column: Mapped[Line]
    customer: Mapped[Line] = mapped_column(default="")
    """The name that the row gives, for finding it again."""
    value: Mapped[Prose] = mapped_column(default="")
    reason: Mapped[Prose]
    suggestion: Mapped[Prose] = mapped_column(default="")

    __table_args__ = (Index("ix_import_problem_row", "job_id", "file_kind", "row"),)


class ImportRow(Base):
    """What an import did with one row of its file; the row's mended cells."""

    __tablename__ = "import_row"

    job_id: Mapped[UUID] = foreign("import_job.id", index=False, ondelete="CASCADE", primary_key=True)
    file_kind: Mapped[Word] = mapped_column(primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[Word] = mapped_column(default="")
    customer_id: Mapped[UUID | None] = foreign("customer.id", index=False)
    mended: Mapped[dict] = mapped_column(Json, default=dict)
    before: Mapped[dict] = mapped_column(Json, default=dict)
    """What an update changed, for undoing it."""
