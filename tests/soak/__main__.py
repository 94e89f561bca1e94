"""The command: choose trials, databases and counts; print figures; exit with 1 where something is wrong."""

import argparse
import inspect
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import structlog
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from portal import migrations
from portal.db import Database
from tests import postgres, soak
from tests.soak import adjusts, bank, clocks, full_disk, keys, kills, machine, mutants, server
from tests.soak.office import Outcome

TRIALS = {
    "adjusts": adjusts.run,
    "bank": bank.run,
    "keys": keys.run,
    "kills": kills.run,
    "server": server.run,
    "full_disk": full_disk.run,
    "clocks": clocks.run,
    "machine": machine.run,
    "mutants": mutants.run,
}
COUNTS = {
    "writers": "processes that write",
    "each": "calls of each process",
    "wallets": "wallets of the bank",
    "credit": "credit of each wallet of the bank, in cents",
    "keys": "keys that all processes post",
    "kills": "writers to kill",
    "crashes": "crashes of the server",
    "workers": "workers with jumping clocks",
    "rounds": "rounds of each worker",
    "grants": "grants that end",
    "stories": "stories of the machine",
    "steps": "steps of each story",
    "only": "mutants with one of these words (divided by |) in their names",
}


def main() -> int:
    """Run the trials that are asked for."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("warning"))
    asked = _asked()
    counts = {name: value for name in COUNTS if (value := getattr(asked, name)) is not None}
    wrong = 0
    for name in asked.trials or TRIALS:
        for where, place in _places(asked, name):
            with place as given:
                wrong += _tell(name, where, _fitting(name, given, counts))
    return 1 if wrong else 0


def _asked() -> argparse.Namespace:
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=soak.__doc__, formatter_class=plain)
    parser.add_argument("trials", nargs="*", choices=[*TRIALS, []], metavar="TRIAL", help=f"all, or some of: {', '.join(TRIALS)}")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--url", help="an empty, migrated database to use instead of one made for it")
    for name, meaning in COUNTS.items():
        parser.add_argument(f"--{name}", type=str if name == "only" else int, help=meaning)
    return parser.parse_args()


def _fitting(name: str, given: dict, counts: dict) -> Callable[[], Outcome]:
    """Give the trial with what it takes of all there is."""
    takes = inspect.signature(TRIALS[name]).parameters
    return partial(TRIALS[name], **{key: value for key, value in (given | counts).items() if key in takes})


def _tell(name: str, where: str, trial: Callable[[], Outcome]) -> bool:
    """Run a trial and print what it found; tell whether something is wrong."""
    began = time.perf_counter()
    figures, faults = trial()
    said = ", ".join(f"{what} {figure}" for what, figure in figures.items())
    print(f"{name} on {where}, {time.perf_counter() - began:.1f} s: {said}", flush=True)
    for fault in faults:
        print(f"  WRONG: {fault}", flush=True)
    return bool(faults)


def _places(asked: argparse.Namespace, name: str) -> Iterator[tuple[str, object]]:
    if asked.url:
        yield make_url(asked.url).get_backend_name(), _given(asked.url)
        return
    for database in ("sqlite", "postgresql") if asked.database == "both" else (asked.database,):
        if name != "server" or database == "postgresql":
            yield database, (_sqlite if database == "sqlite" else _postgres)()


@contextmanager
def _given(url: str) -> Iterator[dict]:
    yield {"url": url, "backend": make_url(url).get_backend_name()}


@contextmanager
def _sqlite() -> Iterator[dict]:
    with tempfile.TemporaryDirectory(prefix="portal-soak-") as directory:
        yield {"url": _migrated(f"sqlite:///{directory}/portal.db"), "backend": "sqlite"}


@contextmanager
def _postgres() -> Iterator[dict]:
    found = postgres.binaries()
    if found is None:
        raise SystemExit("no PostgreSQL server on this machine: install postgresql, or choose --database sqlite")
    with tempfile.TemporaryDirectory(prefix="portal-soak-", ignore_cleanup_errors=True) as directory:
        cluster = postgres.Cluster(Path(directory), found)
        cluster.start()
        try:
            engine = create_engine(cluster.url(), isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.exec_driver_sql("CREATE DATABASE soak")
            engine.dispose()
            yield {"url": _migrated(cluster.url("soak")), "cluster": cluster, "backend": "postgresql"}
        finally:
            cluster.stop()


def _migrated(url: str) -> str:
    with Database(url) as database:
        migrations.upgrade(database)
    return url


if __name__ == "__main__":
    sys.exit(main())
