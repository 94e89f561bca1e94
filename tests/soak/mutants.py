"""Mutants: a copy of the code in which one safeguard of the ledger is gone. For each, a test must fail; unchanged, none may.

A mutant is one passage of the source and what stands there instead. Where the passage is not there any more, that is said
too: then the mutant is to be written anew, or to be dropped together with what it was about.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.soak.office import Outcome

ROOT = Path(__file__).resolve().parents[2]
LEDGER = "portal/domain/ledger"
POSTING, GRANTS, ENDING, REVERSING, TRANSFERRING, RACES = (
    f"ledger/test_{about}.py" for about in ("posting", "grants", "ending", "reversing", "transferring", "races")
)
RACE = f"{RACES}::test_no_update_is_lost_between_processes"
LIMITS = "approvals/test_approvals.py"
LEFT_OUT = shutil.ignore_patterns("node_modules", "bench", "journeys")
READ_APART = """

def _apart(connection, wanted):
    from types import SimpleNamespace

    table = Wallet.__table__
    seen = connection.execute(table.select().where(table.c.id == wanted["wallet_id"])).one()
    if (moved := statements.MOVE.first(connection, wanted)) is None:
        return None
    now = {"seq": seen.seq + 1, "balance": seen.balance + wanted["amount"], "last_entry_at": moved.last_entry_at}
    return SimpleNamespace(customer_id=seen.customer_id, currency=seen.currency, **now)
"""


class Change(NamedTuple):
    """A passage of a file of the ledger, and what stands there instead; `more` is put at the file's end."""

    path: str
    old: str
    new: str
    more: str = ""


class Mutant(NamedTuple):
    """What is done to the source, the test that must fail then, and the databases on which it makes a difference."""

    name: str
    test: str
    changes: tuple[Change, ...]
    backends: tuple[str, ...] = ("sqlite", "postgresql")

    def on(self, *backends: str) -> "Mutant":
        """Make it for some databases only."""
        return self._replace(backends=backends)


def mutant(name: str, test: str, path: str, old: str, new: str) -> Mutant:
    """Make a mutant of one change."""
    return Mutant(name, test, (Change(path, old, new),))


def overtaken(name: str, test: str, path: str, old: str, new: str, **more: str) -> Mutant:
    """Make a mutant of what keeps others from coming in between, where they may: not on SQLite, which has one writer at a time.

    The turns that writers take on PostgreSQL are gone with it, for nothing may rest on them.
    """
    turns = Change("turns.py", 'dialect.name == "postgresql"', "dialect.name is None")
    return Mutant(name, test, (turns, Change(path, old, new, **more)), ("postgresql",))


MUTANTS = [
    mutant("the guard of the floor is gone", POSTING, "statements.py", ", _after >= _wallet.floor", ""),
    mutant("the guard of the status is gone", POSTING, "statements.py", '_wallet.status == "open", ', ""),
    mutant("the guard of the role's limit is gone", LIMITS, "statements.py", "_limits.where(_limit.amount <", "_limits.where(0 >"),
    mutant("the guard of the greatest balance is gone", POSTING, "statements.py", ", _after <= MAX_MINOR", ""),
    mutant("the time of an entry may go back", POSTING, "statements.py", "else_=_wallet.last_entry_at)", "else_=_now)"),
    mutant("the key is not looked up", POSTING, "posting.py", "    if found is None:\n        return None\n", "    return None\n"),
    mutant("a key answers for whatever is asked", POSTING, "posting.py", "if found.request_hash != asked:", "if not asked:"),
    mutant("every entry is chained to the beginning", POSTING, "posting.py", "    if seq == 1:\n", "    if seq:\n"),
    mutant("credit is spent without regard to priority", GRANTS, "statements.py", "(\n    _grant.priority,\n", "(\n"),
    mutant("gifts are not spent first", GRANTS, "statements.py", "_grant.kind.desc()", "_grant.kind"),
    mutant("credit ends before its time", ENDING, "ending.py", " or grant.expires_at > at", ""),
    mutant("an entry is reversed twice", REVERSING, "reversing.py", ").first() is not None:", ").first() == 0:"),
    mutant("a reversal is reversed", REVERSING, "reversing.py", "if leg.reverses_id is not None:", "if leg.reverses_id == 0:"),
    # On PostgreSQL the savepoint around a key's first posting undoes both sides by itself.
    mutant("a side of a transfer may stand alone", TRANSFERRING, "transferring.py", "with session.begin_nested():", "if 1:").on("sqlite"),
    overtaken("the balance is read apart", RACE, "posting.py", "statements.MOVE.first(connection", "_apart(connection", more=READ_APART),
    overtaken("a wallet is looked at and not held", RACES, "statements.py", "LOOK.with_for_update(key_share=True)", "LOOK"),
    overtaken("a twin undoes all of the other", RACES, "posting.py", "return session.begin_nested() if", "return nullcontext() if"),
]  # fmt: skip


def run(backend: str, *, only: str = "") -> Outcome:
    """Try all mutants of a database, or those with one of the words of `only` (divided by |) in their names."""
    chosen = [one for one in MUTANTS if backend in one.backends and any(words in one.name for words in only.split("|"))]
    if not chosen:
        return Outcome({"mutants": 0}, ["no such mutant"])
    with copied() as copy:
        if red := _red(copy, backend, {one.test for one in chosen}):
            return Outcome({"mutants": len(chosen)}, [f"without any mutant: {red}"])
        alive = []
        for one in chosen:
            with mutated(copy, one):
                alive += [] if _red(copy, backend, {one.test}) else [one.name]
    return Outcome({"mutants": len(chosen), "killed": len(chosen) - len(alive)}, [f"alive: {name}" for name in alive])


@contextmanager
def copied() -> Iterator[Path]:
    """Copy code and tests, their compiled files too; what is not code is only pointed to."""
    with tempfile.TemporaryDirectory(prefix="portal-mutant-") as directory:
        place = Path(directory)
        for name in ("portal", "tests"):
            shutil.copytree(ROOT / name, place / name, ignore=LEFT_OUT)
        for name in ("templates", "static", "pyproject.toml", "README.md"):
            (place / name).symlink_to(ROOT / name)
        yield place


@contextmanager
def mutated(copy: Path, mutant: Mutant) -> Iterator[None]:
    """Put a mutant into a copy, and take it out again.

    :raises LookupError: when the source does not have a passage once.
    """
    before = {copy / LEDGER / change.path: (copy / LEDGER / change.path).read_text() for change in mutant.changes}
    for change in mutant.changes:
        source = before[copy / LEDGER / change.path]
        if source.count(change.old) != 1:
            raise LookupError(f"“{mutant.name}”: its passage stands {source.count(change.old)} times in {change.path}")
        (copy / LEDGER / change.path).write_text(source.replace(change.old, change.new) + change.more)
    try:
        yield
    finally:
        for path, source in before.items():
            path.write_text(source)


def _red(copy: Path, backend: str, tests: set[str]) -> str:
    """Run tests of the ledger until one fails; say which, and how; nothing where none does.

    :raises RuntimeError: when they cannot be run at all.
    """
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"--database={backend}"]
    command += [f"tests/domain/{test}" for test in sorted(tests)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHONPATH"))}
    done = subprocess.run(command, cwd=copy, env=clean, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1}:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    return done.stdout[-2000:] if done.returncode else ""
