"""Bringing a database's schema up to date with this version of Portal (Alembic underneath)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from portal.db import Database


def config(database: Database | None = None) -> Config:
    """Make Alembic's configuration, here and not in a file, so that an installed wheel has it too."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["database"] = database
    return made


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the migrations that are missing, each in a transaction of its own."""
    command.upgrade(config(database), revision)


def head() -> str:
    """Give the newest revision that this version knows."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""


def current(database: Database) -> str:
    """Give the revision that the database is at; "" when it is empty."""
    with database.read_engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""
