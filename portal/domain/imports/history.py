"""Imports that were run at once, from the command line: they stand in the history beside those that came by upload."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.imports import jobs
from portal.domain.imports.running import Outcome
from portal.domain.imports.spool import Files, Source
from portal.model import ImportFile, ImportJob
from portal.values import clock


def record(
    session: Session,
    sources: list[Source],
    *,
    files: Files | None,
    outcome: Outcome | None,
    failure: str = "",
    since: datetime,
    by: Actor,
) -> ImportJob:
    """Write down an import that is done, in the transaction that did it, or with `failure` that and why it was refused.

    `files` are None where one could not be read at all; `since` is when it began.
    """
    read = files.by_kind if files else {}
    job = ImportJob(
        kind="+".join(source.kind for source in sources),
        state="refused" if failure else "done",
        failure=failure,
        mapping={kind: file.by_header for kind, file in read.items()},
        total_rows=outcome.rows if outcome else 0,
        done_rows=outcome.rows if outcome and not failure else 0,
        counts=outcome.counts() if outcome else {},
        actor_user_id=by.user_id,
        actor_name=by.name[:255],
        started_at=since,
        finished_at=clock.now(),
    )
    session.add(job)
    session.flush()
    for source in sources:
        file = read.get(source.kind)
        form = {"encoding": file.encoding, "delimiter": file.delimiter, "header": file.header} if file else {}
        session.add(ImportFile(job_id=job.id, kind=source.kind, name=source.name[:255], size=source.size, **form))
    if outcome is not None:
        jobs.keep_problems(session, job.id, outcome.findings.problems)
    session.flush()
    return job
