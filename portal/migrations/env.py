"""Alembic's entry: runs the revisions over our own engine, set up as for every other write."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection

from portal.db import Database
from portal.model import Base


def run() -> None:
    database: Database = context.config.attributes["database"]
    with database.write_engine.connect() as connection, tables_rebuilt(connection):
        context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def tables_rebuilt(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild tables that others point at: it checks where they point once at the end, not at each step.

    To rebuild one it is dropped, which foreign keys that are watched would refuse (sqlite.org/lang_altertable.html, section 7).
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if broken := driver.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows point at rows that are not there: {broken[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


run()
