"""The database: one engine, read and write sessions, and what each of the two databases needs to be set up for."""

from portal.db.database import JOBS, REQUESTS, Database, Purpose, busy, full, retryable
from portal.db.sqlite import FIXED_SQLITE, sqlite_module
from portal.db.write_lock import WriteLock, WriteLockTimeout

__all__ = [
    "FIXED_SQLITE",
    "JOBS",
    "REQUESTS",
    "Database",
    "Purpose",
    "WriteLock",
    "WriteLockTimeout",
    "busy",
    "full",
    "retryable",
    "sqlite_module",
]
