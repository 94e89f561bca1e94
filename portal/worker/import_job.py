"""Imports: claim one, check it or run it, write down what became of it."""

import time

import structlog

from portal.db import Database, WriteLockTimeout
from portal.domain import attributes, imports
from portal.domain.imports import claiming, collector, jobs
from portal.domain.imports.claiming import Claim

log = structlog.get_logger(source="portal.import")
HEARTBEAT_SECONDS = 1.0


class TakenOver(Exception):
    """The import is not this worker's any more: cancelled, or taken by another."""


def run(database: Database) -> bool:
    """Check or run one import; tell whether there was one."""
    with database.reading() as session:
        if not claiming.is_waiting(session):
            return False
    try:
        claim = database.act(claiming.claim)
    except WriteLockTimeout:
        return False  # another worker is writing an import
    if claim is None:
        return False
    try:
        with collector.paused():
            _check(database, claim) if claim.state == "checking" else _apply(database, claim)
    except TakenOver:
        log.info("import left to others", job=str(claim.job_id))
    except imports.Unreadable as unreadable:
        why = str(unreadable)
        database.act(lambda session: claiming.refused(session, claim, failure=why))
    except imports.Refused as refused:
        _refuse(database, claim, refused.outcome)
    except Exception as fault:
        log.exception("import failed", job=str(claim.job_id))
        why = f"It stopped on our side ({type(fault).__name__}). Nothing was imported; the log has the details."
        database.act(lambda session: claiming.failed(session, claim, why))
    return True


def _check(database: Database, claim: Claim) -> None:
    """Judge and plan every row; what a plan does not settle, run once for real and roll back: what it counts is what one gets.

    Judging holds no lock. A file of new and unchanged customers is settled by its plan, which the real run makes alike.
    A rehearsal takes up the rows as they were judged: no file is read twice.
    """
    beat = _Heartbeat(database, claim)
    with database.reading() as session:
        files = imports.Files(jobs.sources(session, claim.job_id), attributes.columns(session), imports.topics_of(session))
        outcome = imports.check(session, files, by=claim.by, progress=beat)
    if outcome.refused:
        _refuse(database, claim, outcome)
        return
    beat(outcome.rows, now=True)
    if not outcome.settled:
        outcome = _rehearse(database, claim, files)
    database.act(lambda session: claiming.ready(session, claim, outcome))
    log.info("import checked", job=str(claim.job_id), rows=outcome.rows)


def _rehearse(database: Database, claim: Claim, files: imports.Files) -> imports.Outcome:
    with database.write_session() as session:
        try:
            return imports.apply(session, files, by=claim.by, progress=_progress(database, claim))
        finally:
            session.rollback()


def _apply(database: Database, claim: Claim) -> None:
    """Read the files first, which takes no lock; then import all of it in one transaction, the word that it is done included."""
    alive = _Heartbeat(database, claim)
    with database.reading() as session:
        files = imports.Files(jobs.sources(session, claim.job_id), attributes.columns(session), imports.topics_of(session))
        files.read(progress=lambda rows: alive(0))
    alive(0, now=True)
    with database.writing() as session:
        outcome = imports.apply(session, files, by=claim.by, progress=_progress(database, claim), job_id=claim.job_id)
        if not claiming.done(session, claim, outcome):
            raise TakenOver
    database.gather_statistics()
    log.info("import done", job=str(claim.job_id), created=outcome.created, updated=outcome.updated)


def _refuse(database: Database, claim: Claim, outcome: imports.Outcome) -> None:
    count = outcome.findings.problem_count
    failure = f"{count:,} cell{'' if count == 1 else 's'} cannot be imported. Nothing was imported."
    problems, counts = outcome.findings.problems, outcome.counts()
    database.act(lambda session: claiming.refused(session, claim, failure=failure, problems=problems, counts=counts))
    log.info("import refused", job=str(claim.job_id), problems=count)


def _progress(database: Database, claim: Claim):
    """Progress while the one write transaction is open: on SQLite nobody else can write, nor needs to hold the lease."""
    return (lambda rows: None) if database.dialect == "sqlite" else _Heartbeat(database, claim)


class _Heartbeat:
    """Tells about once a second how far the worker is, and that it is alive, in a short transaction of its own."""

    def __init__(self, database: Database, claim: Claim):
        self._database, self._claim = database, claim
        self._last = time.monotonic()

    def __call__(self, rows: int, *, now: bool = False) -> None:
        """:raises TakenOver: when the import is not this worker's any more."""
        if not now and time.monotonic() - self._last < HEARTBEAT_SECONDS:
            return
        if not self._database.act(lambda session: claiming.keep(session, self._claim, rows)):
            raise TakenOver
        self._last = time.monotonic()
