"""portal doctor: says what is well and what is not, and how to mend it."""

import click
from sqlalchemy import text

from portal import migrations
from portal.cli.context import open_database, read_settings
from portal.db import FIXED_SQLITE, Database, roles, sqlite_module
from portal.domain import actors, audit_chain, ledger, senders


@click.group(invoke_without_command=True)
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check settings, database, ledger and the record of acts.

    Exit status 1 when something is to be mended.
    """
    if context.invoked_subcommand is None:
        settings = read_settings()
        click.echo("✓ settings can be used")
        with Database(settings.database_url) as database:
            if not _check_database(database):
                raise SystemExit(1)
            _say_how_mail_goes_out(database)
            if not all([_check_ledger(database), _check_audit(database)]):
                raise SystemExit(1)


@doctor.command("ledger")
def check_ledger() -> None:
    """Check every wallet: sums, running balances, floors, journal, hash chain. Names the first wrong row."""
    with open_database() as database:
        if not _check_ledger(database):
            raise SystemExit(1)


@doctor.command("audit")
def check_audit() -> None:
    """Follow the chain over all acts. Names the first event that was changed or taken out, and those that are not linked yet.

    The number and the hash of the last link are worth keeping elsewhere: they show whether the end was cut off.
    """
    with open_database() as database:
        if not _check_audit(database):
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
        _say_who_could_change_the_ledger(database)
    at, wanted = migrations.current(database), migrations.head()
    if at != wanted:
        click.echo(f"✗ the schema is at {at or 'nothing'}, this version needs {wanted}: portal migrate")
        return False
    click.echo(f"✓ the schema is at {at}")
    return well


def _say_who_could_change_the_ledger(database: Database) -> None:
    role, could = roles.could_change_the_ledger(database)
    if could:
        click.echo(
            f"! {role} could take the ledger's triggers away; another role could not: portal migrate --grant ROLE, then connect as it"
        )
    else:
        click.echo(f"✓ {role} can add to the ledger, and change nothing in it")


def _say_how_mail_goes_out(database: Database) -> None:
    """Say it as of the last check; `portal senders check` asks anew."""
    with database.reading() as session:
        for _, found in senders.all(session, actors.system("cli", "portal doctor")):
            for sender in found:
                identity = senders.written_as(session, sender)
                click.echo(f"✓ {identity.why}" if identity.kind == "signed" else f"! {sender.address}: {identity.why}")
                if identity.kind in {"waiting", "stand-in"}:
                    click.echo("  portal senders records shows what to publish, portal senders check whether it is")


def _check_ledger(database: Database) -> bool:
    with database.reading() as session:
        if database.dialect == "postgresql":  # one picture of all tables, while others post
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        faults = ledger.verify(session, beside=database.read_session)
    for fault in faults:
        click.echo(f"✗ {fault}")
    if not faults:
        click.echo("✓ every wallet adds up, and its chain is whole")
    return not faults


def _check_audit(database: Database) -> bool:
    with database.reading() as session:
        report = audit_chain.verify(session)
    if report.fault is not None:
        click.echo(f"✗ the record does not fit its chain: {report.fault.sentence} (link {report.fault.seq})")
    if report.overdue:
        minutes = int(audit_chain.OVERDUE.total_seconds() // 60)
        who = "one event waits for its link" if report.overdue == 1 else f"{report.overdue} events wait for their links"
        click.echo(f"✗ {who} for more than {minutes} minutes, the first is {report.first_overdue}")
        click.echo("  the worker links them: portal worker")
    if report.whole:
        click.echo(f"✓ the record is whole: {report.links} link{'' if report.links == 1 else 's'}, the last is {report.head.hex()}")
    return report.whole
