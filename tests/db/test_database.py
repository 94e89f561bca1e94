"""The database's set-up: one writer at a time on SQLite, readers that never wait, transactions that are whole."""

import gc
import shutil
import threading
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.db import FIXED_SQLITE, JOBS, REQUESTS, Database, WriteLockTimeout, busy, sqlite_module
from portal.domain import actors, audit
from portal.model import AuditEvent, BusinessEntity
from tests import factories

SYSTEM = actors.system("cli")
POSTGRES_SETTINGS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "synchronous_commit", "TimeZone")


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


@pytest.fixture
def hasty(database):
    """The same database for somebody who hardly waits."""
    url = database.url.render_as_string(hide_password=False)
    with Database(url, purpose=replace(REQUESTS, write_seconds=0.1, lock_seconds=0.1)) as made:
        yield made


def write_hastily(hasty, name="A"):
    with hasty.writing() as session:
        entity(session, name)


def test_a_writer_on_sqlite_gives_up_with_a_named_error(sqlite_template, tmp_path):
    path = shutil.copy(sqlite_template, tmp_path / "portal.db")
    with Database(f"sqlite:///{path}") as first, Database(f"sqlite:///{path}", purpose=replace(JOBS, write_seconds=0.1)) as second:
        with first.writing() as session:
            entity(session)
            session.flush()
            with pytest.raises(WriteLockTimeout) as caught:
                write_hastily(second)
            assert busy(caught.value)
        with first.writing() as session:
            entity(session, "B")
            session.flush()
            with pytest.raises(WriteLockTimeout), first.writing(hasty=True) as other:
                entity(other)
        write_hastily(second, "C")
        assert names(second) == ["A", "B", "C"]


def test_a_writer_that_does_not_know_the_lock_is_a_named_error_too(sqlite_template, tmp_path):
    path = shutil.copy(sqlite_template, tmp_path / "portal.db")
    foreign = sqlite_module().connect(path, isolation_level=None)
    with Database(f"sqlite:///{path}", purpose=replace(JOBS, write_seconds=0.1)) as database:
        foreign.execute("BEGIN IMMEDIATE")
        with pytest.raises(WriteLockTimeout, match="locked"):
            write_hastily(database)
        foreign.execute("ROLLBACK")
        write_hastily(database)
    foreign.close()


def test_two_transactions_of_one_connection_do_not_wait_for_each_other(database, hasty):
    with database.write_engine.connect() as connection:
        for name in ("A", "B"):
            with connection.begin(), Session(connection, join_transaction_mode="control_fully") as session:
                entity(session, name)
                session.commit()
    write_hastily(hasty, "C")
    assert names(database) == ["A", "B", "C"]


@pytest.mark.parametrize("end", ["invalidate", "close"])
def test_a_connection_that_ends_in_any_way_lets_others_write(database, hasty, end):
    connection = database.write_engine.connect()
    connection.begin()
    connection.execute(text("UPDATE business_entity SET name = 'x'"))
    getattr(connection, end)()
    connection.close()
    write_hastily(hasty)


def test_a_session_that_a_thread_left_open_lets_others_write_once_it_is_collected(database, hasty):
    def leave_open():
        session = database.write_session()
        entity(session)
        session.flush()

    thread = threading.Thread(target=leave_open)
    thread.start()
    thread.join()
    gc.collect()
    write_hastily(hasty, "B")
    assert names(database) == ["B"]


@pytest.mark.parametrize(
    ("purpose", "statement", "lock", "idle"), [(REQUESTS, "5s", "2s", "10s"), (JOBS, "30s", "5s", "1min")], ids=["requests", "jobs"]
)
def test_requests_are_cut_short_sooner_than_jobs(cluster, purpose, statement, lock, idle):
    with Database(cluster.url(), purpose=purpose) as database, database.reading() as session:
        shown = {name: session.scalar(text(f"SHOW {name}")) for name in POSTGRES_SETTINGS}
    assert shown == dict(zip(POSTGRES_SETTINGS, (statement, lock, idle, "on", "UTC"), strict=True))


def test_what_was_cut_short_is_called_busy(cluster):
    hasty = Database(cluster.url(), purpose=replace(REQUESTS, statement_seconds=0.05))
    with hasty as database, pytest.raises(DBAPIError) as caught, database.reading() as session:
        session.execute(text("SELECT pg_sleep(30)"))
    assert busy(caught.value)


def test_the_application_asks_for_the_patience_of_requests(settings):
    app = create_app(settings)
    with app.extensions["database"] as database:
        assert database.purpose is REQUESTS


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
