"""Time the doors where an address is typed, with one that is known and one that is not, in turns: medians, difference, ratio.

    python tests/bench/enumeration.py [--database sqlite|postgresql|both] [--runs 200] [DOOR ...]

What is timed is the sending of the form alone. A stranger must not learn from it who is known here: at each door the medians
differ by less than 5 ms and less than 10 %. The command ends with 1 where they do not.
"""

import argparse
import logging
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from portal import logs, migrations
from portal.app import create_app
from portal.db import Database
from tests import postgres
from tests.cast import Cast
from tests.conftest import settings_of
from tests.doors import DOORS, Door, Hall, address

MOST_MS, MOST_PART = 5, 0.10
WARM_UP = 10
LINE = "{:<28} {:>9} {:>9} {:>9} {:>7}"


def main() -> int:
    """Measure the doors that are named, or all, on the databases that are asked for."""
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    wanted.add_argument("--runs", type=int, default=200)
    wanted.add_argument("doors", nargs="*", help=", ".join(door.name for door in DOORS))
    asked = wanted.parse_args()
    doors = [door for door in DOORS if not asked.doors or door.name in asked.doors]
    backends = ("sqlite", "postgresql") if asked.database == "both" else (asked.database,)
    return max(measure_on(backend, doors, asked.runs) for backend in backends)


def measure_on(backend: str, doors: list[Door], runs: int) -> int:
    """Measure on one database; 1 when a door tells who is known."""
    with tempfile.TemporaryDirectory(prefix="portal-enumeration-") as directory:
        place = Path(directory)
        cluster = None
        if backend == "postgresql":
            (place / "cluster").mkdir()
            place.chmod(0o755)
            cluster = postgres.Cluster(place / "cluster", postgres.binaries())
            cluster.start()
        url = cluster.url() if cluster else f"sqlite:///{place / 'portal.db'}"
        try:
            with Database(url) as database:
                return measure(database, url, place, doors, runs)
        finally:
            if cluster:
                cluster.stop()


def measure(database: Database, url: str, place: Path, doors: list[Door], runs: int) -> int:
    """Measure every door over a fresh database."""
    migrations.upgrade(database)
    with database.writing() as session:
        cast = Cast.make(session)
    app = create_app(settings_of(url, place), database)
    logs.configure("plain", level=logging.WARNING)
    hall = Hall(app, cast)
    print(LINE.format(database.dialect, "known ms", "not ms", "apart ms", "ratio"), flush=True)
    worst, number = 0, 0
    for door in doors:
        times: dict[bool, list[float]] = {True: [], False: []}
        for run in range(runs + WARM_UP):
            number += 1
            emails = {True: hall.make(number, operator=door.operators), False: address(number, known=False)}
            for known in random.sample((True, False), 2):
                hall.forget()
                knock = door.ready(hall, emails[known])
                began = time.perf_counter()
                answer = knock()
                took = time.perf_counter() - began
                assert answer.status_code in {303, 422}, f"{door.name}: {answer.status_code}"
                if run >= WARM_UP:
                    times[known].append(took * 1000)
        worst = max(worst, told(door, statistics.median(times[True]), statistics.median(times[False])))
    return worst


def told(door: Door, known: float, not_known: float) -> int:
    """Print a door's line; 1 when the medians tell who is known."""
    apart = abs(known - not_known)
    tells = apart >= MOST_MS or apart / min(known, not_known) >= MOST_PART
    line = LINE.format(door.name, f"{known:.2f}", f"{not_known:.2f}", f"{known - not_known:+.2f}", f"{known / not_known:.3f}")
    print(line + ("  TELLS" if tells else ""), flush=True)
    return int(tells)


if __name__ == "__main__":
    sys.exit(main())
