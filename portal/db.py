"""The database: engine, read and write sessions, and what each of the two databases needs to be set up for.

SQLite: WAL, foreign keys, full sync; a reader begins DEFERRED and never waits; a writer takes a file lock, which queues
writers fairly, and begins IMMEDIATE, so that it never fails half way on an upgrade of its lock. PostgreSQL: READ
COMMITTED with time-outs; what must not race is one guarded UPDATE.
"""

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

FIXED_SQLITE = (3, 51, 3)  # older ones, from 3.7.0 on, can lose committed pages with two writers (sqlite.org/wal.html#walresetbug)
WRITE_LOCK_SECONDS = 15.0
RETRYABLE = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available
_POSTGRES_OPTIONS = "-c statement_timeout=30s -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s -c timezone=UTC"

T = TypeVar("T")


class WriteLockTimeout(OperationalError):
    """Another process held SQLite's write lock for too long."""


def sqlite_module() -> ModuleType:
    """Give the SQLite driver whose library is the newer of the two at hand."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    return dbapi2 if dbapi2.sqlite_version_info > sqlite3.sqlite_version_info else sqlite3


class Database:
    """An engine and its two kinds of session: `reading()` and `writing()`."""

    def __init__(self, url: str, *, pool_size: int = 8):
        self.url = make_url(url)
        self.dialect = self.url.get_backend_name()
        if self.dialect == "sqlite":
            self.engine = _sqlite_engine(url, pool_size)
        else:
            self.engine = create_engine(
                url, pool_size=pool_size, max_overflow=4, pool_pre_ping=True, connect_args={"options": _POSTGRES_OPTIONS}
            )
        self.read_engine = self.engine.execution_options(writing=False)
        self.write_engine = self.engine.execution_options(writing=True)

    def read_session(self) -> Session:
        """Open a session for questions; on SQLite it sees one snapshot and never waits."""
        return Session(self.read_engine, expire_on_commit=False)

    def write_session(self) -> Session:
        """Open a session for acts; on SQLite its first statement waits for the one writer's place."""
        return Session(self.write_engine, expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.read_session() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Commit at the end of the block, or roll all of it back."""
        with self.write_session() as session, session.begin():
            yield session

    def act(self, work: Callable[[Session], T], *, tries: int = 5) -> T:
        """Run `work(session)` in one write transaction, again when the database asks for it (deadlock, lock time-out)."""
        for attempt in range(1, tries + 1):
            try:
                with self.writing() as session:
                    return work(session)
            except DBAPIError as error:
                if attempt == tries or not retryable(error):
                    raise
                time.sleep(0.02 * attempt * (1 + os.urandom(1)[0] / 255))
        raise AssertionError("unreachable")

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *fault: object) -> None:
        self.dispose()


def retryable(error: DBAPIError) -> bool:
    """Tell whether the same transaction may go through when tried again."""
    return getattr(error.orig, "sqlstate", None) in RETRYABLE


def _sqlite_engine(url: str, pool_size: int) -> Engine:
    path = make_url(url).database
    if path in (None, "", ":memory:"):
        raise ValueError("Portal needs a SQLite file: web and worker share it.")
    lock = WriteLock(Path(path + ".lock"))
    engine = create_engine(
        url,
        module=sqlite_module(),
        pool_size=pool_size,
        max_overflow=4,
        pool_use_lifo=True,  # the connection used last has its pages at hand, and those hardly used keep few
        connect_args={"timeout": 10, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def set_up(connection, record):
        connection.isolation_level = None  # the driver must not begin by itself
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "trusted_schema=OFF",
            "cache_size=-4000",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection):
        if connection.get_execution_options().get("writing"):
            connection.info["write_lock"] = lock.take()
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except BaseException:
                lock.give_back(connection.info.pop("write_lock"))
                raise
        else:
            connection.connection.driver_connection.execute("BEGIN DEFERRED")  # by the driver: it cannot fail, and every page pays

    @event.listens_for(engine, "checkin")
    @event.listens_for(engine, "invalidate")
    @event.listens_for(engine, "close")
    def release(connection, record, *rest):
        if record is not None and (held := record.info.pop("write_lock", None)) is not None:
            lock.give_back(held)

    return engine


class WriteLock:
    """A file lock around SQLite's write transactions.

    SQLite's own busy handler sleeps without a queue, so some writers starve for seconds; the kernel's lock wakes them in
    turn. Each taker opens the file anew, so threads of one process exclude each other too.
    """

    def __init__(self, path: Path):
        self.path = path

    def take(self, seconds: float = WRITE_LOCK_SECONDS) -> int:
        """Wait for the lock and give its file descriptor.

        :raises WriteLockTimeout: when another writer kept it for `seconds`.
        """
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return descriptor
            except BlockingIOError:
                if time.monotonic() > deadline:
                    os.close(descriptor)
                    raise WriteLockTimeout("BEGIN IMMEDIATE", None, TimeoutError("another writer is at work")) from None
                time.sleep(0.001)

    @staticmethod
    def give_back(descriptor: int) -> None:
        os.close(descriptor)
