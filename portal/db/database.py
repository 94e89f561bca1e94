"""The database: read and write sessions, whatever it is kept in, and how long each purpose has patience.

What SQLite needs is in `sqlite`. PostgreSQL: READ COMMITTED with time-outs; what must not race is one guarded UPDATE.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.db.readers import Readers, ReadSession
from portal.db.sqlite import empty_log, sqlite_engine
from portal.db.write_lock import WriteLockTimeout

RETRYABLE = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available
CANCELLED = "57014"  # statement_timeout
DISK_FULL = {"53100", 13}  # of PostgreSQL, and SQLite's SQLITE_FULL
HASTY_SECONDS = 0.1

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """How long a kind of work may take and wait, in seconds."""

    write_seconds: float
    """How long a writer waits for its turn on SQLite."""
    statement_seconds: float
    lock_seconds: float
    idle_seconds: float
    """How long a transaction may stay open while nothing is asked of it on PostgreSQL."""

    def postgres_options(self) -> str:
        """Give the options of a PostgreSQL connection."""
        settings = {
            "statement_timeout": f"{self.statement_seconds * 1000:.0f}ms",
            "lock_timeout": f"{self.lock_seconds * 1000:.0f}ms",
            "idle_in_transaction_session_timeout": f"{self.idle_seconds * 1000:.0f}ms",
            "synchronous_commit": "on",
            "timezone": "UTC",
        }
        return " ".join(f"-c {name}={value}" for name, value in settings.items())


REQUESTS = Purpose(write_seconds=15, statement_seconds=5, lock_seconds=2, idle_seconds=10)
JOBS = Purpose(write_seconds=600, statement_seconds=30, lock_seconds=5, idle_seconds=60)


class Database:
    """An engine and its two kinds of session: `reading()` and `writing()`.

    `purpose` says for whom it works: REQUESTS, where somebody waits for an answer, or JOBS.
    """

    def __init__(self, url: str, *, purpose: Purpose = JOBS, pool_size: int = 8):
        self.url, self.purpose = make_url(url), purpose
        self.dialect = self.url.get_backend_name()
        self._readers: Readers | None = None
        if self.dialect == "sqlite":
            self.engine = sqlite_engine(self.url, pool_size=pool_size, write_seconds=purpose.write_seconds)
            self._readers = Readers(self.engine)
        else:
            self.engine = create_engine(
                self.url, pool_size=pool_size, max_overflow=4, pool_pre_ping=True, connect_args={"options": purpose.postgres_options()}
            )
        self.read_engine = self.engine.execution_options(writing=False)
        self.write_engine = self.engine.execution_options(writing=True)
        self.hasty_engine = self.engine.execution_options(writing=True, write_seconds=HASTY_SECONDS)

    def read_session(self) -> Session:
        """Open a session for questions; on SQLite it sees one snapshot and never waits."""
        if self._readers is not None:
            return ReadSession(self._readers)
        return Session(self.read_engine, expire_on_commit=False)

    def write_session(self, *, hasty: bool = False) -> Session:
        """Open a session for acts; on SQLite its first statement waits for the one writer's place.

        A hasty one hardly waits: it is for what may as well be written another time.
        """
        return Session(self.hasty_engine if hasty else self.write_engine, expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.read_session() as session:
            yield session

    @contextmanager
    def writing(self, *, hasty: bool = False) -> Iterator[Session]:
        """Commit at the end of the block, or roll all of it back."""
        with self.write_session(hasty=hasty) as session, session.begin():
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

    def gather_statistics(self) -> None:
        """Let SQLite look at the tables that have changed much, so that it plans by what is in them; PostgreSQL does so by itself.

        Never a fault of what it follows: where the database is busy or full it is left for another time.
        """
        if self.dialect == "sqlite":
            with suppress(DBAPIError), self.writing(hasty=True) as session:
                session.connection().exec_driver_sql("PRAGMA optimize=0x10002")  # all tables (sqlite.org/pragma.html#pragma_optimize)

    def empty_log(self) -> None:
        """Let SQLite bring all of its log into the file, and cut it to nothing, unless somebody is in the midst of reading."""
        if self.dialect == "sqlite":
            with self.engine.connect() as connection:
                empty_log(connection.connection.driver_connection)

    def dispose(self) -> None:
        """Close all connections."""
        if self._readers is not None:
            self._readers.close()
        self.engine.dispose()

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *fault: object) -> None:
        self.dispose()


def retryable(error: DBAPIError) -> bool:
    """Tell whether the same transaction may go through when tried again."""
    return getattr(error.orig, "sqlstate", None) in RETRYABLE


def busy(error: DBAPIError) -> bool:
    """Tell whether others stood in the way for too long, so that the same may go through in a moment."""
    return isinstance(error, WriteLockTimeout) or getattr(error.orig, "sqlstate", None) in RETRYABLE | {CANCELLED}


def full(error: BaseException | None) -> bool:
    """Tell whether the disk has no room, so that nothing can be written until somebody makes some.

    SQLite then undoes the whole transaction by itself, and undoing to a savepoint fails after it: what came first counts.
    """
    while error is not None:
        if DISK_FULL & {getattr(error, "sqlstate", None), getattr(error, "sqlite_errorcode", None)}:
            return True
        error = error.__cause__ or error.__context__
    return False
