"""A database whose disk is full: nothing it writes finds room any more, until there is.

SQLite is told that its file may not grow (`max_page_count`), and says what it says on a full disk. Of PostgreSQL, a table is
filled up to a size beyond which the kernel lets no process of the server write for the database under test (RLIMIT_FSIZE in
the middle of a page: the server finds that a page was written in part, which is how it notices a full disk).
"""

import os
import subprocess
import sys

from sqlalchemy import create_engine, event, text
from sqlalchemy.pool import NullPool

from portal.db import Database

PAGE, LEAST = 8192, 16 * 1024 * 1024
"""PostgreSQL writes its log in files of 16 MiB, which must still fit."""
STEP = 1_000
UNLIMITED = 1_073_741_823
SET_LIMIT = (
    "import resource, sys; pid, soft = map(int, sys.argv[1:]); resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, resource.RLIM_INFINITY))"
)
FILL = """
    INSERT INTO journal_entry (id, customer_id, reason, note, customer_text, reference, key_scope, key, request_hash,
        actor_kind, actor_name, approver_name, origin, posted_at)
    SELECT gen_random_uuid(), gen_random_uuid(), 'goodwill', repeat(md5(n::text), 56), '', '', 'filler', n::text, '',
        'system', '', '', 'test', now()
    FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n
"""


class FullDisk:
    """The disk of one `database`; `fill` it, then `make_room`. Connections made before are limited when they are next used."""

    def __init__(self, database: Database):
        self.database = database
        self.is_full = False
        self._filler, self._limit = None, 0
        event.listen(database.engine, "checkout", self._meet)

    def fill(self) -> None:
        self.is_full = True
        if self.database.dialect == "postgresql":
            self._fill_a_table()

    def make_room(self) -> None:
        self.is_full = False
        if self._filler is not None:
            self._filler.close()
            self._filler = None

    def close(self) -> None:
        self.make_room()
        event.remove(self.database.engine, "checkout", self._meet)
        self.database.engine.dispose()

    def _meet(self, connection, record, proxy) -> None:
        if self.database.dialect == "sqlite":
            pages = 1 if self.is_full else UNLIMITED  # never less than there are
            connection.execute(f"PRAGMA max_page_count = {pages}")
        else:
            limit_writing(connection.info.backend_pid, self._limit if self.is_full else -1)

    def _fill_a_table(self) -> None:
        """Fill the table with rows that are never committed, so that nobody reads them and no room among them is used again."""
        engine = create_engine(self.database.url, poolclass=NullPool)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as apart:
            apart.exec_driver_sql("VACUUM journal_entry")  # now, so that nobody does it later and finds room
        self._filler = engine.connect()
        self._filler.exec_driver_sql("SET session_replication_role = replica")
        before, first = self._size(), 0
        while (size := self._size()) < LEAST or size == before:
            self._filler.execute(text(FILL), {"first": first, "last": first + STEP - 1})
            first += STEP
        self._limit = size + PAGE // 2

    def _size(self) -> int:
        return self._filler.scalar(text("SELECT pg_relation_size('journal_entry')"))


def limit_writing(pid: int, size: int) -> None:
    """Let a process of the server write no file beyond a size (bytes); -1 is no limit."""
    command = [sys.executable, "-c", SET_LIMIT, str(pid), str(size)]
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]
    subprocess.run(command, check=True, capture_output=True)
