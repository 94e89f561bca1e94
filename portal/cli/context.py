"""What every command starts with: the settings and the database, or a plain sentence on what is missing."""

import click

from portal import migrations
from portal.db import Database
from portal.settings import Settings, UnsafeSettings


def read_settings() -> Settings:
    """Read the settings; end the command with all that is wrong with them.

    :raises click.ClickException: exit status 1.
    """
    try:
        return Settings.read()
    except UnsafeSettings as unsafe:
        raise click.ClickException("These settings are to be put right:\n" + "\n".join(f"  {line}" for line in unsafe.problems)) from None


def open_database(settings: Settings | None = None) -> Database:
    """Open the settings' database; end the command when its schema is not this version's.

    :raises click.ClickException: exit status 1.
    """
    database = Database((settings or read_settings()).database_url)
    at, wanted = migrations.current(database), migrations.head()
    if at != wanted:
        database.dispose()
        raise click.ClickException(f"The database is at {at or 'nothing'}, this version needs {wanted}. Run: portal migrate")
    return database
