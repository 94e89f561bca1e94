"""The life of an import that came by upload: kept, checked, confirmed, run, done; or refused, cancelled, failed.

uploaded -> checking -> refused | ready -> waiting -> running -> done | failed. The row is the queue: a worker claims it
for a while (`claimed_until`), and each claim has a number (`attempts`), so that a worker who was away too long cannot
finish what another has taken over.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session, selectinload

from portal.domain import audit, columns
from portal.domain.actors import Actor
from portal.domain.attributes import Column, Headings
from portal.domain.errors import Conflict, NotFound
from portal.domain.imports.problems import Problem
from portal.domain.imports.reading import CsvFile, Unreadable
from portal.domain.imports.spool import Source
from portal.model import ImportFile, ImportJob, ImportPiece, ImportProblem
from portal.values import clock

PIECE = 256 * 1024
MOVING = ("uploaded", "checking", "waiting", "running")
CANCELLABLE = ("uploaded", "checking", "ready", "waiting")
REMOVABLE = ("refused", "ready", "cancelled", "failed")


class Upload:
    """One uploaded file that has been looked through: it is CSV from end to end."""

    def __init__(self, kind: str, name: str, stream: BinaryIO, attributes: Sequence[Column] = ()):
        """Look through a seekable stream; `attributes` are the custom attributes of customers.

        :raises Unreadable: at the first thing that is not CSV, or the sample's example row; nothing is kept.
        """
        self.kind = kind
        self.name = name[:255]
        self._stream = stream
        file = CsvFile(kind, pieces_of(stream), Headings(attributes) if attributes and kind == "customers" else None)
        self.rows = 0
        for number, cells in file:
            self.rows += 1
            if kind == "customers":
                _refuse_sample(number, cells, file.mapping.places)
        self.header, self.delimiter, self.encoding, self.mapping = file.header, file.delimiter, file.encoding, file.mapping
        self.size = stream.tell()

    def pieces(self) -> Iterator[bytes]:
        self._stream.seek(0)
        return pieces_of(self._stream)


def pieces_of(stream: BinaryIO) -> Iterator[bytes]:
    """Give a stream's bytes in pieces."""
    while piece := stream.read(PIECE):
        yield piece


def create(session: Session, uploads: list[Upload], *, by: Actor) -> ImportJob:
    """Keep uploaded files as a new import that waits to be checked."""
    job = ImportJob(
        kind="+".join(upload.kind for upload in uploads),
        mapping={upload.kind: upload.mapping.by_header for upload in uploads},
        total_rows=sum(upload.rows for upload in uploads),
        actor_user_id=by.user_id,
        actor_name=by.name[:255],
    )
    session.add(job)
    session.flush()
    for upload in uploads:
        file = ImportFile(
            job_id=job.id,
            kind=upload.kind,
            name=upload.name,
            size=upload.size,
            encoding=upload.encoding,
            delimiter=upload.delimiter,
            header=upload.header,
        )
        session.add(file)
        session.flush()
        for number, content in enumerate(upload.pieces()):
            session.execute(ImportPiece.__table__.insert(), {"file_id": file.id, "number": number, "content": content})
    names = ", ".join(upload.name for upload in uploads)
    audit.record(session, "import.uploaded", by=by, subject=job, subject_name=names, facts={"rows": job.total_rows})
    return job


def keep_problems(session: Session, job_id: UUID, problems: Sequence[Problem]) -> None:
    """Keep the cells that cannot be imported, in their order."""
    columns = ("file_kind", "row", "column", "customer", "value", "reason", "suggestion")
    rows = [{"job_id": job_id, **{name: getattr(problem, name) for name in columns}} for problem in problems]
    if rows:
        session.execute(insert(ImportProblem.__table__), rows)


def find(session: Session, job_id: UUID) -> ImportJob:
    """Find an import, its files loaded.

    :raises NotFound: when there is none.
    """
    job = session.scalar(select(ImportJob).where(ImportJob.id == job_id).options(selectinload(ImportJob.files)))
    if job is None:
        raise NotFound("There is no such import. It may have been deleted.")
    return job


def recent(session: Session, *, before: UUID | None = None, limit: int = 50) -> list[ImportJob]:
    """List imports, the newest first; `before` is the last one of the page before."""
    statement = select(ImportJob).options(selectinload(ImportJob.files)).order_by(ImportJob.id.desc()).limit(limit)
    return list(session.scalars(statement.where(ImportJob.id < before) if before else statement))


def problems(session: Session, job_id: UUID, *, after: int = 0, limit: int = 100) -> list[ImportProblem]:
    """List the cells that cannot be imported, in the order of the files; `after` is the last one of the page before."""
    statement = select(ImportProblem).where(ImportProblem.job_id == job_id, ImportProblem.id > after)
    return list(session.scalars(statement.order_by(ImportProblem.id).limit(limit)))


def problems_before(session: Session, job_id: UUID, before: int, *, limit: int = 100) -> list[ImportProblem]:
    """List the page of problems that ends before one."""
    statement = select(ImportProblem).where(ImportProblem.job_id == job_id, ImportProblem.id < before)
    return list(session.scalars(statement.order_by(ImportProblem.id.desc()).limit(limit)))[::-1]


def count_before(session: Session, job_id: UUID, problem_id: int) -> int:
    """Count the problems that stand before one."""
    return session.scalar(
        select(func.count()).select_from(ImportProblem).where(ImportProblem.job_id == job_id, ImportProblem.id < problem_id)
    )


def confirm(session: Session, job: ImportJob, *, by: Actor) -> None:
    """Let a checked import run.

    :raises Conflict: when it is not ready, or somebody was faster.
    """
    _move(session, job, ("ready",), "waiting", attempts=0, done_rows=0, claimed_until=None)
    audit.record(session, "import.confirmed", by=by, subject=job, subject_name=names(job))


def cancel(session: Session, job: ImportJob, *, by: Actor) -> None:
    """Stop an import before it runs; its files are deleted.

    :raises Conflict: when it runs already or has ended.
    """
    _move(session, job, CANCELLABLE, "cancelled", finished_at=clock.now(), claimed_until=None)
    drop_content(session, job.id)
    audit.record(session, "import.cancelled", by=by, subject=job, subject_name=names(job))


def remove(session: Session, job: ImportJob, *, by: Actor) -> None:
    """Delete an import that changed nothing, with its files and problems.

    :raises Conflict: when it runs or has changed something.
    """
    done = session.execute(delete(ImportJob).where(ImportJob.id == job.id, ImportJob.state.in_(REMOVABLE)))
    if not done.rowcount:
        raise Conflict("This import cannot be deleted: it is at work, or has changed customers.")
    audit.record(session, "import.deleted", by=by, subject_name=names(job))


def drop_content(session: Session, job_id: UUID) -> None:
    """Delete the uploaded bytes: what has ended needs them no more."""
    files = select(ImportFile.id).where(ImportFile.job_id == job_id)
    session.execute(delete(ImportPiece).where(ImportPiece.file_id.in_(files)))


def sources(session: Session, job_id: UUID) -> list[Source]:
    """Give the files of an import, read piece by piece from the database through this session."""
    files = session.execute(select(ImportFile.id, ImportFile.kind, ImportFile.name).where(ImportFile.job_id == job_id))
    return [Source(kind, name, lambda file_id=file_id: _content(session, file_id)) for file_id, kind, name in files]


def names(job: ImportJob) -> str:
    """Give the names of an import's files; they are loaded."""
    return ", ".join(file.name for file in job.files)


def _refuse_sample(number: int, cells: list[str], places: dict[str, int]) -> None:
    wanted = [places.get(column, len(cells)) for column in ("customer_name", "external_id", "email")]
    said = [cells[place] if place < len(cells) else "" for place in wanted]
    if columns.is_sample(*said):
        raise Unreadable(f"Row {number:,} is the example row of the sample file, {said[0].strip()}. Delete it and choose the file again.")


def _content(session: Session, file_id: UUID) -> Iterable[bytes]:
    number = 0
    statement = select(ImportPiece.content).where(ImportPiece.file_id == file_id)
    while (content := session.scalar(statement.where(ImportPiece.number == number))) is not None:
        yield content
        number += 1


def _move(session: Session, job: ImportJob, states: tuple[str, ...], state: str, **values: object) -> None:
    done = session.execute(update(ImportJob).where(ImportJob.id == job.id, ImportJob.state.in_(states)).values(state=state, **values))
    if not done.rowcount:
        raise Conflict("This import has moved on in the meantime. Look at it again.")
