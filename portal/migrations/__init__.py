"""Bringing a database's schema up to date with this version of Portal (Alembic underneath).

Alembic is loaded when it is used: it takes ten megabytes, and a web process only asks whether the schema is current.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from portal.db import Database

if TYPE_CHECKING:
    from alembic.config import Config

_REVISION = re.compile(r'^(down_)?revision = "?(\w+)"?$', re.MULTILINE)


def config(database: Database | None = None) -> "Config":
    """Make Alembic's configuration, here and not in a file, so that an installed wheel has it too."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["database"] = database
    return made


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the migrations that are missing, each in a transaction of its own."""
    from alembic import command

    command.upgrade(config(database), revision)


def head() -> str:
    """Give the newest revision that this version knows: the one that no other follows."""
    known, followed = set(), set()
    for script in (Path(__file__).parent / "versions").glob("*.py"):
        for down, revision in _REVISION.findall(script.read_text(encoding="utf-8")):
            (followed if down else known).add(revision)
    newest = known - followed
    return newest.pop() if len(newest) == 1 else ""


def current(database: Database) -> str:
    """Give the revision that the database is at; "" when it is empty."""
    with database.read_engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
