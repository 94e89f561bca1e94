"""portal migrate: bring the schema up to date."""

import click

from portal import migrations
from portal.cli.context import read_settings
from portal.db import Database, roles
from portal.domain import installation


@click.command()
@click.option("--revision", default="head", show_default=True, help="Up to which revision.")
@click.option("--grant", "role", metavar="ROLE", help="Then give this PostgreSQL role what the application needs, and no more.")
def migrate(revision: str, role: str | None) -> None:
    """Create or update the database's tables.

    Safe to run again; old and new versions of Portal may run side by side while it works.

    With --grant, run by the role that owns the tables, the application's own role reads and writes everything, but can
    neither change nor delete an entry of the ledger or an event of the record. Grant again after each migration.
    """
    with Database(read_settings().database_url) as database:
        before = migrations.current(database)
        migrations.upgrade(database, revision)
        if revision == "head":
            with database.writing() as session:
                installation.ensure_business_entity(session)
        after = migrations.current(database)
        click.echo(f"The database is at {after}." if before == after else f"The database went from {before or 'nothing'} to {after}.")
        if role:
            try:
                kept = roles.grant(database, role)
            except roles.NoRoles as refusal:
                raise click.ClickException(str(refusal)) from None
            click.echo(f"{role} may read and write, and only add to: {', '.join(kept)}.")
