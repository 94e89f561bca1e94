"""Writers are killed with -9 at random; each writes down, on the disk, what was acknowledged to it. Nothing of it may be lost.

What was committed and not acknowledged may be there: the client sends it again under its key, and it is there once.
"""

import os
import random
import tempfile
import time
from functools import partial
from pathlib import Path
from uuid import UUID

from sqlalchemy import Row, func, select, text

from portal.db import Database
from portal.model import JournalEntry, WalletEntry
from tests.soak.crowd import Member
from tests.soak.office import Office, Outcome, audited, joined, unless

SHORTEST, LONGEST = 0.05, 0.3
PATIENCE = 30


def run(url: str, *, writers: int = 4, kills: int = 64, seed: int = 1) -> Outcome:
    """Kill one of `writers` every 50 to 300 ms, `kills` times and then all; look whether all they were told is true."""
    office, chance = Office.open(url), random.Random(seed)
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        members = {writer: _start(office, writer, 0, place) for writer in range(writers)}
        lives = dict.fromkeys(members, 0)
        for _ in range(kills):
            time.sleep(chance.uniform(SHORTEST, LONGEST))
            writer = chance.randrange(writers)
            members[writer].kill()
            lives[writer] += 1
            members[writer] = _start(office, writer, lives[writer], place)
        _until_all_have_written(place, members, lives)
        for member in members.values():
            member.kill()
        acknowledged, tried = read_logs(place)
    _until_they_are_gone(url)
    began = time.perf_counter()
    with office.database() as database:
        office.adjust(database, office.wallet_ids[0], 1, "afterwards")
    figures = {"kills": kills + writers, "ms until the next adjust": round((time.perf_counter() - began) * 1000)}
    return joined(Outcome(figures, []), compared(office, acknowledged, tried), audited(url))


def _start(office: Office, writer: int, life: int, place: Path) -> Member:
    return Member(partial(_write, office, writer, life, place / f"{writer}-{life}"))


def _write(office: Office, writer: int, life: int, path: Path) -> None:
    """Adjust until killed: what is tried, and what was acknowledged and as which entry, is on the disk before it goes on."""
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with office.database() as database:
        number = 0
        while True:
            key = f"{writer}-{life}-{number}"
            _note(log, f"tried {key}\n")
            entry_id = office.adjust(database, office.wallet_ids[0], 10 if number % 3 else 25, key)
            _note(log, f"acknowledged {key} {entry_id}\n")
            number += 1


def _note(log: int, line: str) -> None:
    os.write(log, line.encode())
    os.fsync(log)


def _until_all_have_written(place: Path, members: dict[int, Member], lives: dict[int, int]) -> None:
    """Wait until the last life of each writer was acknowledged something: no lock of the dead holds anybody up."""
    deadline = time.monotonic() + PATIENCE
    waited = [place / f"{writer}-{life}" for writer, life in lives.items()]
    while not all(path.exists() and "acknowledged" in path.read_text() for path in waited):
        if time.monotonic() > deadline or not all(member.process.is_alive() for member in members.values()):
            raise RuntimeError("a writer got nowhere after another was killed")
        time.sleep(0.02)


def read_logs(place: Path) -> tuple[dict[str, UUID], set[str]]:
    """Read what was acknowledged, by key, and all that was tried; a line that was not written to its end says nothing."""
    acknowledged, tried = {}, set()
    for path in place.iterdir():
        for line in path.read_text().splitlines(keepends=True):
            said, key, *entry_id = line.split()
            if not line.endswith("\n"):
                continue
            if said == "acknowledged":
                acknowledged[key] = UUID(entry_id[0])
            else:
                tried.add(key)
    return acknowledged, tried


def compared(office: Office, acknowledged: dict[str, UUID], tried: set[str]) -> Outcome:
    """Hold what was acknowledged against the books, then send everything that was not once more, and what was too."""
    before = _entries(office)
    lost = [key for key, entry_id in acknowledged.items() if before.get(key) is None or before[key].entry_id != entry_id]
    silent = [key for key in tried - acknowledged.keys() if key in before]
    with office.database() as database:
        for key in sorted(tried):
            amount = 10 if int(key.rsplit("-", 1)[1]) % 3 else 25
            entry_id = office.adjust(database, office.wallet_ids[0], amount, key)
            if key in before and entry_id != before[key].entry_id:
                lost.append(key)
    after = _entries(office)
    faults = unless(not lost, f"{len(lost)} acknowledged entries are lost: {lost[:5]}")
    faults += unless(len(acknowledged) > 0, "nothing was acknowledged")
    faults += unless(tried <= after.keys() and all(row.times == 1 for row in after.values()), "a key is not there exactly once")
    figures = {"acknowledged": len(acknowledged), "lost": len(lost), "committed, not acknowledged": len(silent)}
    return Outcome(figures, faults)


def _entries(office: Office) -> dict[str, Row]:
    counted = (
        select(JournalEntry.key, func.count().label("times"), func.max(WalletEntry.seq).label("seq"))
        .join(WalletEntry, WalletEntry.journal_entry_id == JournalEntry.id)
        .group_by(JournalEntry.key_scope, JournalEntry.key)
        .subquery()
    )
    found = (
        select(counted.c.key, counted.c.times, WalletEntry.id.label("entry_id"))
        .join(WalletEntry, WalletEntry.seq == counted.c.seq)
        .where(WalletEntry.wallet_id == office.wallet_ids[0])
    )
    with office.database() as database, database.reading() as session:
        return {row.key: row for row in session.execute(found)}


def _until_they_are_gone(url: str) -> None:
    """Wait until the server has noticed that its clients are dead: a commit that is under way is still done."""
    with Database(url) as database:
        if database.dialect == "sqlite":
            return
        deadline = time.monotonic() + PATIENCE
        others = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        while time.monotonic() < deadline:
            with database.reading() as session:
                if not session.scalar(others):
                    return
            time.sleep(0.05)
        raise RuntimeError("the server still works for the dead")
