"""The database's set-up: one writer at a time on SQLite, readers that never wait, transactions that are whole."""

import threading
from functools import partial

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.db import FIXED_SQLITE, Database, WriteLock, WriteLockTimeout, sqlite_module
from portal.domain import actors, audit
from portal.model import AuditEvent, BusinessEntity
from tests import factories

SYSTEM = actors.system("cli")


def entity(session, name="A"):
    session.add(BusinessEntity(name=name, legal_name=name))


def names(database):
    with database.reading() as session:
        return sorted(session.scalars(select(BusinessEntity.name)))


def test_a_block_is_whole_or_not_at_all(database):
    with pytest.raises(RuntimeError), database.writing() as session:
        entity(session)
        session.flush()
        raise RuntimeError
    assert names(database) == []


def test_a_savepoint_rolls_back_alone(database):
    with database.writing() as session:
        entity(session, "kept")
        with session.begin_nested() as inner:
            entity(session, "dropped")
            session.flush()
            inner.rollback()
    assert names(database) == ["kept"]


def test_writers_wait_for_each_other_and_none_is_lost(database):
    def write(number):
        for turn in range(5):
            database.act(partial(entity, name=f"{number}-{turn}"))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(database)) == 20


def test_a_reader_sees_its_snapshot_while_a_writer_works(database):
    with database.writing() as session:
        entity(session)
        session.flush()
        assert names(database) == []
    assert names(database) == ["A"]


def test_the_library_is_one_without_the_wal_reset_bug():
    assert sqlite_module().sqlite_version_info >= FIXED_SQLITE


def test_a_waiting_writer_gives_up_with_a_named_error(tmp_path):
    lock = WriteLock(tmp_path / "x.lock")
    held = lock.take()
    with pytest.raises(WriteLockTimeout):
        lock.take(seconds=0.05)
    lock.give_back(held)
    lock.give_back(lock.take(seconds=0.05))


def test_a_failed_commit_gives_the_lock_back(database):
    with pytest.raises(DBAPIError), database.writing() as session:
        session.execute(text("INSERT INTO wallet (id) VALUES (NULL)"))
    with database.writing() as session:
        entity(session)
    assert names(database) == ["A"]


def test_memory_databases_are_refused():
    with pytest.raises(ValueError, match="file"):
        Database("sqlite://")


@pytest.mark.parametrize("act", ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event"])
def test_the_record_of_acts_is_append_only(database, act):
    with database.writing() as session:
        audit.record(session, "customer.created", by=SYSTEM)
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.execute(text(act))
    with database.reading() as session:
        assert session.scalar(select(AuditEvent.action)) == "customer.created"


def test_foreign_keys_restrict(database):
    with database.writing() as session:
        made, _ = factories.entity(session)
        factories.customer(session, made)
    with pytest.raises(DBAPIError), database.writing() as session:
        session.execute(text("DELETE FROM business_entity"))
        session.flush()
