"""Workers and their imports: one at a time, and a worker that dies leaves all or nothing behind."""

import io
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.domain import imports
from portal.domain.imports import claiming, jobs
from portal.model import Customer, ImportJob
from portal.values import clock
from portal.worker import import_job

ROWS = 2_500
KILLED = """
import os, signal, sys
from portal.db import Database
from portal.domain import imports
from portal.worker import import_job
part = "apply" if sys.argv[2] == "running" else "check"
genuine = getattr(imports, part)
def killed_half_way(session, sources, *, by, progress, **more):
    def die(rows):
        if rows >= 2000:
            os.kill(os.getpid(), signal.SIGKILL)
    return genuine(session, sources, by=by, progress=die, **more)
setattr(imports, part, killed_half_way)
import_job.run(Database(sys.argv[1]))
"""


@pytest.fixture
def job(database, cast) -> ImportJob:
    text = "customer_name,external_id,email\n" + "".join(f"Customer {n},K-{n},k{n}@x.example\n" for n in range(ROWS))
    upload = jobs.Upload("customers", "many.csv", io.BytesIO(text.encode()))
    with database.writing() as session:
        return jobs.create(session, [upload], by=cast.operator("finance"))


def confirm(database, job, cast) -> None:
    with database.writing() as session:
        jobs.confirm(session, jobs.find(session, job.id), by=cast.operator("finance"))


def state(database, job) -> str:
    with database.reading() as session:
        return jobs.find(session, job.id).state


def customers(database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Customer))


def kill_half_way(database, phase: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, database.url.render_as_string(hide_password=False), phase], check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("phase", ["checking", "running"])
def test_a_worker_killed_half_way_has_done_nothing_and_another_finishes(database, cast, job, phase):
    if phase == "running":
        assert import_job.run(database)
        confirm(database, job, cast)
    kill_half_way(database, phase)
    assert state(database, job) == phase
    assert customers(database) == 2
    assert not import_job.run(database)

    with clock.frozen(clock.now() + claiming.LEASE + timedelta(seconds=1)):
        assert import_job.run(database)
    assert state(database, job) == {"checking": "ready", "running": "done"}[phase]
    assert customers(database) == {"checking": 2, "running": 2 + ROWS}[phase]


def test_an_import_is_claimed_by_one_worker(database, job):
    first = database.act(claiming.claim)
    assert (first.job_id, first.state, first.attempt) == (job.id, "checking", 1)
    assert database.act(claiming.claim) is None


def test_a_worker_that_was_away_too_long_cannot_finish(database, job, cast):
    away = database.act(claiming.claim)
    with clock.frozen(clock.now() + claiming.LEASE + timedelta(seconds=1)):
        second = database.act(claiming.claim)
        assert second.attempt == 2
        with database.writing() as session:
            assert not claiming.keep(session, away, 10)
            assert not claiming.done(session, away, imports.Outcome())
            assert claiming.keep(session, second, 10)


def test_an_import_whose_workers_keep_dying_fails_in_words(database, job):
    later = clock.now()
    for _ in range(claiming.MAX_ATTEMPTS):
        with clock.frozen(later):
            assert database.act(claiming.claim) is not None
        later += claiming.LEASE + timedelta(seconds=1)
    with clock.frozen(later):
        assert database.act(claiming.claim) is None
    with database.reading() as session:
        failed = jobs.find(session, job.id)
        assert (failed.state, failed.failure) == ("failed", "Its worker stopped in the middle 5 times. Nothing was imported.")


def test_a_check_tells_how_far_it_is(database, job, monkeypatch):
    monkeypatch.setattr(import_job, "HEARTBEAT_SECONDS", 0)
    seen = []
    genuine = claiming.keep

    def keep(session, claim, rows):
        seen.append(rows)
        return genuine(session, claim, rows)

    monkeypatch.setattr(claiming, "keep", keep)
    assert import_job.run(database)
    assert seen[:3] == [1_000, 2_000, 2_500]


def test_a_run_reads_its_files_before_it_takes_the_write_lock(database, job, cast, monkeypatch):
    assert import_job.run(database)
    confirm(database, job, cast)
    monkeypatch.setattr(import_job, "HEARTBEAT_SECONDS", 0)
    written = []
    genuine = claiming.keep

    def keep(session, claim, rows):
        written.append(rows)
        return genuine(session, claim, rows)

    monkeypatch.setattr(claiming, "keep", keep)
    assert import_job.run(database)
    assert written[:4] == [0, 0, 0, 0]
    assert state(database, job) == "done"
