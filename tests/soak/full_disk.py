"""The disk is full: every act is refused by the database, whole; with room again it goes on, without a restart.

A small file system in memory is mounted for this, which takes root. On it lies the SQLite file, or the tables of a
PostgreSQL database (a tablespace; its log, which may not fill up, stays where it was).
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from portal import migrations
from portal.db import Database, full
from tests.soak.office import Office, Outcome, audited, joined, unless

ROOM_KB, PLENTY_KB = 2_048, 262_144
AT_MOST = 20_000
TRIES = 20


class Disk:
    """A file system in memory whose size can be changed."""

    def __init__(self, place: Path):
        self.place = place

    def leave(self, kilobytes: int) -> None:
        """Leave so much room, and no more."""
        used = shutil.disk_usage(self.place).used
        _run("mount", "-o", f"remount,size={used // 1024 + kilobytes}k", str(self.place))


@contextmanager
def disk() -> Iterator[Disk]:
    """Mount one, with plenty of room."""
    with tempfile.TemporaryDirectory(prefix="portal-small-disk-") as directory:
        _run("mount", "-t", "tmpfs", "-o", f"size={PLENTY_KB}k,mode=777", "tmpfs", directory)
        try:
            yield Disk(Path(directory))
        finally:
            _run("umount", directory)


def run(url: str) -> Outcome:
    """Adjust until the disk is full and twenty times more, make room, and adjust again; `url` is where PostgreSQL is."""
    if os.geteuid() != 0:
        return Outcome({"not run": "mounting a small disk takes root"}, [])
    with disk() as small, _database_on(small, url) as there:
        with Database(there) as database:
            migrations.upgrade(database)
        office = Office.open(there)
        small.leave(ROOM_KB)
        with office.database() as database:
            acknowledged, refusals, others = _until_full(office, database)
            small.leave(PLENTY_KB)
            acknowledged["afterwards"] = office.adjust(database, office.wallet_ids[0], 10, "afterwards")
        books = audited(there)
        faults = [f"not the refusal of a full disk: {other}" for other in others[:5]]
        faults += unless(refusals == TRIES, "the disk never was full")
        faults += unless(books.figures["entries"] == len(acknowledged), f"{len(acknowledged)} were acknowledged")
    return joined(Outcome({"acknowledged": len(acknowledged), "refused for want of room": refusals}, faults), books)


def _until_full(office: Office, database: Database) -> tuple[dict[str, UUID], int, list[str]]:
    acknowledged, refusals, others = {}, 0, []
    for number in range(AT_MOST):
        if refusals >= TRIES:
            break
        try:
            acknowledged[f"key-{number}"] = office.adjust(database, office.wallet_ids[0], 10, f"key-{number}")
        except OperationalError as fault:
            refusals += 1
            others += [] if full(fault) else [str(fault)]
    return acknowledged, refusals, others


@contextmanager
def _database_on(small: Disk, url: str) -> Iterator[str]:
    """Make an empty database on a disk; give its address."""
    if url.startswith("sqlite"):
        yield f"sqlite:///{small.place / 'portal.db'}"
        return
    place = small.place / "tables"
    place.mkdir()
    shutil.chown(place, "postgres", "postgres")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE TABLESPACE small LOCATION '{place}'")
            connection.exec_driver_sql("CREATE DATABASE small TABLESPACE small")
            try:
                yield make_url(url).set(database="small").render_as_string(hide_password=False)
            finally:
                connection.exec_driver_sql("DROP DATABASE small WITH (FORCE)")
                connection.exec_driver_sql("DROP TABLESPACE small")
    finally:
        engine.dispose()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
