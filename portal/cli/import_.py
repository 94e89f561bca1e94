"""portal import: customers and contacts from CSV, all of it or nothing."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from portal.cli.context import open_database
from portal.db import Database
from portal.domain import actors, attributes, imports
from portal.domain.errors import Refusal
from portal.domain.imports import collector, history
from portal.domain.imports.jobs import pieces_of
from portal.values import clock

REFUSED = 1
BY = actors.system("cli", "Command line")
_SHOWN = 50
_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group(name="import")
def import_group() -> None:
    """Import customers and contacts."""


@import_group.command(name="customers")
@click.argument("file", type=_FILE)
@click.option("--contacts", type=_FILE, help="A second file, with the people at these customers.")
@click.option("--dry-run", is_flag=True, help="Do all of it, say what came of it, and roll it back.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def import_customers(file: Path, contacts: Path | None, dry_run: bool, as_json: bool) -> None:
    """Import the customers of FILE: CSV in UTF-8, with a header.

    A row means the customer with its ID, else the one with its email; a second run of the same file changes nothing.
    One cell that cannot be read stops all of it, and each such cell is named.

    \b
    Exit status  0 done, 1 refused, 2 wrong use
    Sample       portal sample customers
    """
    sources = [_source("customers", file)] + ([_source("contacts", contacts)] if contacts else [])
    with open_database() as database:
        try:
            outcome = _run(database, sources, dry_run=dry_run)
        except Refusal as refusal:
            _refuse_file(str(refusal), as_json=as_json)
            sys.exit(REFUSED)
    if as_json:
        click.echo(json.dumps(_result(outcome, dry_run=dry_run), ensure_ascii=False, indent=2))
    else:
        _tell(outcome, dry_run=dry_run)
    if outcome.refused:
        sys.exit(REFUSED)


def _source(kind: str, path: Path) -> imports.Source:
    def content() -> Iterator[bytes]:
        with path.open("rb") as file:
            yield from pieces_of(file)

    return imports.Source(kind, path.name, content, path.stat().st_size)


def _run(database: Database, sources: list[imports.Source], *, dry_run: bool) -> imports.Outcome:
    """Import in one transaction; a dry run is the same, rolled back. What is imported or refused leaves a row in the history."""
    since, files = clock.now(), None
    try:
        with collector.paused():
            with database.reading() as session:
                asked, topics = attributes.columns(session), imports.topics_of(session)
            files = imports.Files(sources, asked, topics)
            files.read(progress=lambda rows: _say(f"{rows:,} rows read"))
            with database.write_session() as session:
                try:
                    outcome = imports.apply(session, files, by=BY, progress=lambda rows: _say(f"{rows:,} rows written"))
                    if not dry_run:
                        _say("Saving")
                        history.record(session, sources, files=files, outcome=outcome, since=since, by=BY)
                        session.commit()
                finally:
                    session.rollback()
            if not dry_run:
                database.gather_statistics()
            return outcome
    except imports.Refused as refused:
        outcome, failure = refused.outcome, str(refused)
        _remember(database, sources, dry_run, files=files, outcome=outcome, failure=failure, since=since)
        return outcome
    except imports.Unreadable as unreadable:
        _remember(database, sources, dry_run, files=None, outcome=None, failure=str(unreadable), since=since)
        raise
    finally:
        _say("")


def _remember(database: Database, sources: list[imports.Source], dry_run: bool, **what: object) -> None:
    if not dry_run:
        database.act(lambda session: history.record(session, sources, **what, by=BY))


def _say(words: str) -> None:
    """Write over the progress line, where somebody is looking at one."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{words}", nl=False, err=True)


def _result(outcome: imports.Outcome, *, dry_run: bool) -> dict[str, object]:
    return {
        "created": 0 if outcome.refused else outcome.created,
        "updated": 0 if outcome.refused else outcome.updated,
        "unchanged": 0 if outcome.refused else outcome.unchanged,
        "contacts": dict.fromkeys(outcome.contacts, 0) if outcome.refused else outcome.contacts,
        "dry_run": dry_run,
        "errors": [
            {
                "file": problem.file_kind,
                "row": problem.row,
                "column": problem.column,
                "value": problem.value,
                "reason": problem.reason,
                "suggestion": problem.suggestion or None,
            }
            for problem in outcome.findings.problems
        ],
        "error_count": outcome.findings.problem_count,
        "notices": [asdict(notice) for notice in outcome.findings.notices],
        "left_out": outcome.left_out,
    }


def _refuse_file(sentence: str, *, as_json: bool) -> None:
    """Say why a file cannot be read at all."""
    if as_json:
        outcome = imports.Outcome()
        outcome.findings.add("", 0, "", "", sentence)
        click.echo(json.dumps(_result(outcome, dry_run=False), ensure_ascii=False, indent=2))
    else:
        click.echo(f"{sentence}\nNothing was imported.", err=True)


def _tell(outcome: imports.Outcome, *, dry_run: bool) -> None:
    """Print what came of it for a person."""
    if outcome.refused:
        _tell_problems(outcome)
        return
    verb = "would be" if dry_run else "were"
    click.echo(f"{outcome.created:,} customers {verb} created, {outcome.updated:,} changed; {outcome.unchanged:,} are as they were.")
    if any(outcome.contacts.values()):
        people = outcome.contacts
        click.echo(
            f"{people['created']:,} contacts {verb} created, {people['updated']:,} changed; {people['unchanged']:,} are as they were."
        )
    for kind, headers in outcome.left_out.items():
        click.echo(f"Columns of the {kind} file that are not known and were left out: {', '.join(headers)}")
    for notice in outcome.findings.notices:
        click.echo(f"Row {notice.row:,}  {notice.text}")
    if dry_run:
        click.echo("This was a dry run: nothing is kept.")


def _tell_problems(outcome: imports.Outcome) -> None:
    found = outcome.findings
    shown = found.problems[:_SHOWN]
    lines = [("Row", "Column", "Value", "Why it cannot be imported")]
    lines += [(f"{one.row:,}", one.column or "the row", one.value.replace("\n", " ")[:32] or "empty", one.reason) for one in shown]
    widths = [max(len(line[place]) for line in lines) for place in range(3)]
    for line in lines:
        cells = [line[0].rjust(widths[0]), *(line[place].ljust(widths[place]) for place in (1, 2)), line[3]]
        click.echo("  ".join(cells), err=True)
    if found.problem_count > len(shown):
        click.echo(f"And {found.problem_count - len(shown):,} more; --json lists up to 10,000.", err=True)
    click.echo(f"{imports.Refused(outcome)} Rows count the header as row 1.", err=True)
