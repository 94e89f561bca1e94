"""portal doctor: says what is well and what is not, and how to mend it."""

import click
from sqlalchemy import text

from portal import migrations
from portal.cli.context import open_database, read_settings
from portal.db import FIXED_SQLITE, Database, sqlite_module
from portal.domain import ledger


@click.group(invoke_without_command=True)
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check settings, database and ledger.

    Exit status 1 when something is to be mended.
    """
    if context.invoked_subcommand is None:
        settings = read_settings()
        click.echo("✓ settings can be used")
        with Database(settings.database_url) as database:
            if not _check_database(database) or not _check_ledger(database):
                raise SystemExit(1)


@doctor.command("ledger")
def check_ledger() -> None:
    """Check every wallet: sums, running balances, floors, journal, hash chain. Names the first wrong row."""
    with open_database() as database:
        if not _check_ledger(database):
            raise SystemExit(1)


def _check_database(database: Database) -> bool:
    well = True
    if database.dialect == "sqlite":
        version = sqlite_module().sqlite_version_info
        words = ".".join(map(str, version))
        if version < FIXED_SQLITE:
            click.echo(f"! SQLite {words} can lose committed pages with two writers; {'.'.join(map(str, FIXED_SQLITE))} and later cannot")
            click.echo("  pip install 'pysqlite3>=0.6.1' brings one that Portal then uses by itself")
        else:
            click.echo(f"✓ SQLite {words}")
        with database.reading() as session:
            said = session.scalar(text("PRAGMA quick_check(1)"))
        well = said == "ok"
        click.echo("✓ the database file is whole" if well else f"✗ the database file is damaged: {said}")
    else:
        with database.reading() as session:
            click.echo(f"✓ PostgreSQL {session.scalar(text('SHOW server_version'))}")
    at, wanted = migrations.current(database), migrations.head()
    if at != wanted:
        click.echo(f"✗ the schema is at {at or 'nothing'}, this version needs {wanted}: portal migrate")
        return False
    click.echo(f"✓ the schema is at {at}")
    return well


def _check_ledger(database: Database) -> bool:
    with database.reading() as session:
        faults = ledger.verify(session)
    for fault in faults:
        click.echo(f"✗ {fault}")
    if not faults:
        click.echo("✓ every wallet adds up, and its chain is whole")
    return not faults
