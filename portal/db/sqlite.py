"""SQLite's set-up: WAL, foreign keys, full sync; a reader begins DEFERRED and never waits, a writer waits for its turn.

A writer begins IMMEDIATE, so that it never fails half way on an upgrade of its lock.
"""

import sqlite3
from pathlib import Path
from types import ModuleType

from sqlalchemy import URL, Engine, create_engine, event

from portal.db.write_lock import WriteLock, WriteLockTimeout

FIXED_SQLITE = (3, 51, 3)  # older ones, from 3.7.0 on, can lose committed pages with two writers (sqlite.org/wal.html#walresetbug)
CHECKPOINT_MILLISECONDS = 100
FOREIGN_WRITER_SECONDS = 10.0  # for whoever writes without knowing the lock: a shell, say
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cache_size=-4000",  # KiB: a list of fifty reads 2,500 here and there; with less room it reads all of them anew for each page
    "temp_store=MEMORY",
    "analysis_limit=400",  # so that looking at what plans go by takes moments, and no samples: with them each value is planned for anew
)


def empty_log(connection) -> None:
    """Checkpoint the write-ahead log and truncate it (sqlite.org/pragma.html#pragma_wal_checkpoint).

    Writers wait meanwhile, so it waits for readers but a moment, and then lets it be.
    """
    (before,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout={CHECKPOINT_MILLISECONDS}")
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout={before}")


def sqlite_module() -> ModuleType:
    """Give the SQLite driver whose library is the newer of the two at hand."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    return dbapi2 if dbapi2.sqlite_version_info > sqlite3.sqlite_version_info else sqlite3


def sqlite_engine(url: URL, *, pool_size: int, write_seconds: float) -> Engine:
    """Make the engine; its options `writing` and `write_seconds` tell how a transaction begins.

    :raises ValueError: for a database in memory.
    """
    if url.database in (None, "", ":memory:"):
        raise ValueError("Portal needs a SQLite file: web and worker share it.")
    driver = sqlite_module()
    lock = WriteLock(Path(url.database + ".lock"))
    engine = create_engine(
        url,
        module=driver,
        pool_size=pool_size,
        max_overflow=-1,  # as many as there are threads; those that only read keep theirs
        pool_use_lifo=True,  # the connection used last has its pages at hand, and those hardly used keep few
        connect_args={"timeout": min(write_seconds, FOREIGN_WRITER_SECONDS), "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def set_up(connection, record):
        connection.isolation_level = None  # the driver must not begin by itself
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection):  # by the driver: every page pays for it
        options, execute = connection.get_execution_options(), connection.connection.driver_connection.execute
        if not options.get("writing"):
            if not connection.connection.driver_connection.in_transaction:  # a reader may be in one already
                execute("BEGIN DEFERRED")
            return
        if "write_lock" not in connection.info:  # an earlier transaction of this connection may have it still
            connection.info["write_lock"] = lock.take(options.get("write_seconds", write_seconds))
        try:
            execute("BEGIN IMMEDIATE")
        except BaseException as fault:
            lock.give_back(connection.info.pop("write_lock"))
            if isinstance(fault, driver.OperationalError):  # somebody writes who does not know the lock
                raise WriteLockTimeout(fault) from fault
            raise

    @event.listens_for(engine, "checkin")
    @event.listens_for(engine, "invalidate")
    @event.listens_for(engine, "close")
    def release(connection, record, *rest):
        if record is not None and (held := record.info.pop("write_lock", None)) is not None:
            lock.give_back(held)

    @event.listens_for(engine, "checkin")
    def let_write(connection, record):  # one that only read, and whose session was dropped without being closed
        if connection is not None and record.info.pop("answers", None) is not None:
            connection.execute("PRAGMA query_only=OFF")

    return engine
