"""Room for SQLite's pages while an import writes: it comes back to thousands of them, in the order of names and addresses."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

ROOM_KIB = 16_384


@contextmanager
def widened(session: Session) -> Iterator[None]:
    """Let a SQLite connection keep more pages within the block; a page that has no room is written out, and read again."""
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    connection = session.connection().connection.driver_connection
    (before,) = connection.execute("PRAGMA cache_size").fetchone()
    connection.execute(f"PRAGMA cache_size=-{ROOM_KIB}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA cache_size={before}")
