"""A small SQLite database of settings, for tests of how it is read and written."""

from pathlib import Path

from sqlalchemy import insert

from portal.db import Database
from portal.model import Setting
from portal.model.base import Base


def made_in(directory: Path) -> Database:
    """Make one with the setting "first"; its pool keeps one connection, and those who read one after another have one too."""
    database = Database(f"sqlite:///{directory}/books.db", pool_size=1)
    Base.metadata.create_all(database.engine)
    write(database, "first")
    return database


def write(database: Database, *keys: str) -> None:
    """Commit settings, each with its key as its value."""
    with database.writing() as session:
        session.execute(insert(Setting), [{"key": key, "value": key} for key in keys])
