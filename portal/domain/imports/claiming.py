"""How a worker takes an import, keeps it while at work, and lets it go."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.imports import jobs
from portal.domain.imports.problems import Problem
from portal.domain.imports.running import Outcome
from portal.domain.permissions import OPERATOR_ROLES
from portal.model import ImportJob, ImportProblem
from portal.values import clock

LEASE = timedelta(seconds=30)
MAX_ATTEMPTS = 5
_NEXT = {"uploaded": "checking", "checking": "checking", "waiting": "running", "running": "running"}


@dataclass(frozen=True)
class Claim:
    """One worker's hold on an import: for checking or for running."""

    job_id: UUID
    state: str
    attempt: int
    by: Actor


def is_waiting(session: Session) -> bool:
    """Tell whether there is an import to claim."""
    return session.scalar(select(ImportJob.id).where(_claimable()).limit(1)) is not None


def is_at_work(session: Session) -> bool:
    """Tell whether a worker is checking or running an import."""
    return session.scalar(select(ImportJob.id).where(ImportJob.state.in_(("checking", "running"))).limit(1)) is not None


def claim(session: Session) -> Claim | None:
    """Take the oldest import that waits, or whose worker has not been heard of; None when there is none."""
    oldest = select(ImportJob).where(_claimable()).order_by(ImportJob.id).limit(1).with_for_update(skip_locked=True)
    job = session.scalar(oldest)
    if job is None:
        return None
    now = clock.now()
    if job.attempts >= MAX_ATTEMPTS:
        job.state, job.finished_at = "failed", now
        job.failure = f"Its worker stopped in the middle {MAX_ATTEMPTS} times. Nothing was imported."
        return None
    job.state = _NEXT[job.state]
    job.attempts += 1
    job.done_rows = 0
    job.claimed_until = now + LEASE
    job.started_at = now
    by = Actor(
        kind="operator" if job.actor_user_id else "system",
        origin="import",
        name=job.actor_name,
        user_id=job.actor_user_id,
        permissions=OPERATOR_ROLES["owner"],
    )
    return Claim(job.id, job.state, job.attempts, by)


def keep(session: Session, claim: Claim, done_rows: int) -> bool:
    """Say that the worker is alive and how far it is; False when the import is not its own any more."""
    return _update(session, claim, done_rows=done_rows, claimed_until=clock.now() + LEASE)


def refused(session: Session, claim: Claim, *, failure: str, problems: list[Problem] = (), counts: dict | None = None) -> bool:
    """Write down that cells of the files, or a file, cannot be imported."""
    if not _update(session, claim, state="refused", failure=failure, counts=counts or {}, finished_at=clock.now(), claimed_until=None):
        return False
    session.execute(ImportProblem.__table__.delete().where(ImportProblem.job_id == claim.job_id))
    jobs.keep_problems(session, claim.job_id, problems)
    return True


def ready(session: Session, claim: Claim, outcome: Outcome) -> bool:
    """Write down what the import will do; it waits for a person's word."""
    return _update(session, claim, state="ready", counts=outcome.counts(), done_rows=outcome.rows, claimed_until=None)


def done(session: Session, claim: Claim, outcome: Outcome) -> bool:
    """Write down that it is done, in the transaction that did it; False when another worker has taken over."""
    values = {"counts": outcome.counts(), "done_rows": outcome.rows, "finished_at": clock.now(), "claimed_until": None}
    if not _update(session, claim, state="done", **values):
        return False
    jobs.drop_content(session, claim.job_id)
    return True


def failed(session: Session, claim: Claim, why: str) -> bool:
    """Write down that it could not be finished, and why, in words."""
    return _update(session, claim, state="failed", failure=why, finished_at=clock.now(), claimed_until=None)


def _update(session: Session, claim: Claim, **values: object) -> bool:
    """Change the row while it is still this claim's."""
    mine = and_(ImportJob.id == claim.job_id, ImportJob.state == claim.state, ImportJob.attempts == claim.attempt)
    return session.execute(update(ImportJob).where(mine).values(**values)).rowcount == 1


def _claimable():
    left = and_(ImportJob.state.in_(("checking", "running")), ImportJob.claimed_until < clock.now())
    return or_(ImportJob.state.in_(("uploaded", "waiting")), left)
