"""A broadcast is written once to each, though its worker is killed again and again; stopped, it goes no further."""

import multiprocessing
import os
import signal
import time
from collections import Counter

from sqlalchemy import func, select

from portal.db import Database
from portal.domain import broadcasts, letters
from portal.model import Broadcast, BusinessEntity, EmailMessage
from portal.worker import broadcast_job
from tests import factories

CUSTOMERS = 400


def scheduled(database, cast):
    """Make many customers and a broadcast to all of them that is to go out now."""
    with database.writing() as session:
        entity = session.get_one(BusinessEntity, cast.entity.id)
        for one in range(CUSTOMERS):
            customer = factories.customer(session, entity, name=f"Customer {one}", email=f"one{one}@many.example")
            factories.contact(session, customer, customer.email, is_primary=True)
    with database.writing() as session:
        draft = broadcasts.Draft(name="All", view="all", topic="invoices", business_entity_id=None, words=letters.ours("broadcast"))
        made = broadcasts.create(session, draft, by=cast.operator())
    while broadcast_job.run(database):
        pass
    with database.writing() as session:
        found = session.get_one(Broadcast, made.id)
        broadcasts.schedule(session, found, None, version=found.version, by=cast.operator())
    return made.id


def write_slowly(url: str, broadcast_id) -> None:
    """Write small batches, as a process of its own."""
    database = Database(url)
    while True:
        done = database.act(lambda session: broadcasts.work_on(session, broadcast_id, size=5, by=broadcast_job.BY))
        if not done:
            return


def started(database, broadcast_id) -> multiprocessing.Process:
    process = multiprocessing.get_context("spawn").Process(
        target=write_slowly, args=(database.url.render_as_string(hide_password=False), broadcast_id)
    )
    process.start()
    return process


def count(database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(EmailMessage).where(EmailMessage.broadcast_id.is_not(None)))


def wait_for(database, more_than: int, process) -> None:
    deadline = time.monotonic() + 60
    while count(database) <= more_than and process.is_alive() and time.monotonic() < deadline:
        time.sleep(0.005)


def test_a_killed_worker_leaves_no_hole_and_no_double(database, cast):
    broadcast_id = scheduled(database, cast)
    halfway = []
    for _ in range(4):
        process = started(database, broadcast_id)
        wait_for(database, count(database) + 20, process)
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        halfway.append(count(database))
    assert 0 < halfway[0] < CUSTOMERS
    process = started(database, broadcast_id)
    process.join(120)
    assert process.exitcode == 0
    with database.reading() as session:
        addresses = Counter(session.scalars(select(EmailMessage.to_address).where(EmailMessage.broadcast_id == broadcast_id)))
        found = session.get_one(Broadcast, broadcast_id)
    assert len(addresses) == CUSTOMERS + 4
    assert set(addresses.values()) == {1}
    assert (found.state, found.progress["queued"], found.progress["customers"]) == ("done", CUSTOMERS + 4, CUSTOMERS + 2)


def test_two_workers_at_once_write_each_letter_once(database, cast):
    broadcast_id = scheduled(database, cast)
    processes = [started(database, broadcast_id) for _ in range(2)]
    for process in processes:
        process.join(120)
    while broadcast_job.run(database):
        pass
    with database.reading() as session:
        found = session.get_one(Broadcast, broadcast_id)
    assert count(database) == found.progress["queued"] == CUSTOMERS + 4
    assert found.state == "done"


def test_stopped_while_a_worker_writes_it_goes_no_further(database, cast):
    broadcast_id = scheduled(database, cast)
    process = started(database, broadcast_id)
    wait_for(database, 20, process)
    database.act(lambda session: broadcasts.stop(session, session.get_one(Broadcast, broadcast_id), by=cast.operator("manager")))
    before = count(database)
    process.join(60)
    while broadcast_job.run(database):
        pass
    assert count(database) == before < CUSTOMERS + 4
    with database.reading() as session:
        states = set(session.execute(select(EmailMessage.state, EmailMessage.rule).where(EmailMessage.broadcast_id == broadcast_id)).all())
    assert states == {("suppressed", "The broadcast was stopped by Manager Operator.")}
