"""portal migrate: bring the schema up to date."""

import click

from portal import migrations
from portal.cli.context import read_settings
from portal.db import Database
from portal.domain import installation


@click.command()
@click.option("--revision", default="head", show_default=True, help="Up to which revision.")
def migrate(revision: str) -> None:
    """Create or update the database's tables.

    Safe to run again; old and new versions of Portal may run side by side while it works.
    """
    with Database(read_settings().database_url) as database:
        before = migrations.current(database)
        migrations.upgrade(database, revision)
        if revision == "head":
            with database.writing() as session:
                installation.ensure_business_entity(session)
        after = migrations.current(database)
    click.echo(f"The database is at {after}." if before == after else f"The database went from {before or 'nothing'} to {after}.")
