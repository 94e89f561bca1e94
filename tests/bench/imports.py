"""Time an import: all new, then the same files again; through the operation that worker and command line use.

    python tests/bench/imports.py customers.csv [contacts.csv] [--database URL]

Without an address it makes a SQLite file and throws it away; a database that is given is to be empty. A row is one of
either file. CPU is this process's, the commit included: on PostgreSQL the server's own comes on top. Memory is what the
process holds for itself at most (without the pages of the database file that it shares), and how much of it was there
before the import began. "Writing" is how long the write transaction is open, in which nobody else can write on SQLite.
Without the columns wallet_currency and wallet_balance, and without contacts, a file is what the peers import too; ours
makes customers, contacts, addresses, tax IDs, events and search documents of it.
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from portal.db import Database
from portal.domain import actors, attributes, imports, ledger
from portal.domain.imports import collector
from portal.domain.imports.jobs import pieces_of


def main(url: str, files: list[Path]) -> None:
    """Import the files twice, and print a line for each time."""
    aside = multiprocessing.get_context("spawn").Process(target=prepare, args=(url,))  # its memory is no import's
    aside.start()
    aside.join()
    database = Database(url)
    sources = [source(kind, path) for kind, path in zip(("customers", "contacts"), files, strict=False)]
    print(f"{database.dialect}, {', '.join(path.name for path in files)}\n")
    print(f"{'':<8}{'rows':>9}{'CPU s':>8}{'rows/CPU s':>12}{'wall s':>8}{'writing s':>11}{'MB before':>11}{'MB at most':>12}")
    for what in ("new", "again"):
        with collector.paused():
            timed(what, database, sources)
    began = time.process_time()
    with database.reading() as session:
        faults = list(ledger.verify(session))
    print(f"\n{len(faults)} faults in the books, read in {time.process_time() - began:.1f} s")
    database.dispose()


def prepare(url: str) -> None:
    """Make the tables, and the business entity that bills the customers."""
    from portal import migrations
    from tests.cast import Cast

    with Database(url) as database:
        migrations.upgrade(database)
        with database.writing() as session:
            Cast.make(session)


def timed(what: str, database: Database, sources: list[imports.Source]) -> None:
    """Import once and print what it took."""
    before = memory()
    held = [before]
    cpu, wall = time.process_time(), time.perf_counter()
    with database.reading() as session:
        asked = attributes.columns(session)
    files = imports.Files(sources, asked)
    files.read(progress=lambda rows: held.append(memory()))
    began = time.perf_counter()
    with database.writing() as session:
        outcome = imports.apply(session, files, by=actors.system("cli", "bench"), progress=lambda rows: held.append(memory()))
    cpu, wall, writing = time.process_time() - cpu, time.perf_counter() - wall, time.perf_counter() - began
    print(f"{what:<8}{outcome.rows:9,}{cpu:8.2f}{outcome.rows / cpu:12,.0f}{wall:8.1f}{writing:11.1f}{before:11.0f}{max(held):12.0f}")


def source(kind: str, path: Path) -> imports.Source:
    """Read a file in pieces, as the command line does."""

    def content():
        with path.open("rb") as file:
            yield from pieces_of(file)

    return imports.Source(kind, path.name, content)


def memory() -> float:
    """Give the megabytes that this process holds for itself (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("RssAnon")).split()[1]) / 1024


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("files", nargs="+", type=Path)
    asked.add_argument("--database")
    given = asked.parse_args()
    if given.database:
        main(given.database, given.files)
    else:
        with tempfile.TemporaryDirectory() as directory:
            main(f"sqlite:///{directory}/imports.db", given.files)
