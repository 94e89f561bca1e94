"""The database server crashes while clients write; each sends what failed again, under the same key, until it is answered."""

import os
import random
import signal
import time
from functools import partial
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.model import Wallet
from tests.postgres import Cluster
from tests.soak.crowd import FORKED, Member
from tests.soak.kills import compared
from tests.soak.office import Office, Outcome, audited, joined, unless

PATIENCE = 60


def run(cluster: Cluster, url: str, *, writers: int = 4, crashes: int = 12) -> Outcome:
    """Stop the server without warning and start it again, or kill -9 one of its processes, in turn."""
    office, chance, over = Office.open(url), random.Random(3), FORKED.Event()
    members = [Member(partial(_write, office, writer, over)) for writer in range(writers)]
    for number in range(crashes):
        time.sleep(chance.uniform(0.3, 1.2))
        if number % 2:
            _kill_one(office)
        else:
            cluster.stop()
            cluster.launch()
    over.set()
    acknowledged, failures = {}, 0
    for given, failed in (member.answer() for member in members):
        acknowledged |= given
        failures += failed
    _until_it_answers(office)
    with office.database() as database, database.reading() as session:
        seq = session.scalar(select(Wallet.seq))
    faults = unless(failures > 0, "no call met a crash") + unless(seq == len(acknowledged), f"{seq} entries of {len(acknowledged)} keys")
    found = compared(office, acknowledged, set(acknowledged))
    return joined(Outcome({"crashes": crashes, "calls sent again": failures}, faults), found, audited(url))


def _write(office: Office, writer: int, over) -> tuple[dict[str, UUID], int]:
    """Adjust until it is over; give what was acknowledged under which key, and how many calls failed on the way."""
    acknowledged, failed, number = {}, 0, 0
    with office.database() as database:
        while not over.is_set():
            key = f"{writer}-0-{number}"
            deadline = time.monotonic() + PATIENCE
            while key not in acknowledged:
                try:
                    acknowledged[key] = office.adjust(database, office.wallet_ids[0], 10 if number % 3 else 25, key)
                except DBAPIError:
                    failed += 1
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.05)
            number += 1
    return acknowledged, failed


def _kill_one(office: Office) -> None:
    """Kill -9 a process of the server that works for a client; the server then ends all others and recovers."""
    _until_it_answers(office)
    with office.database() as database, database.reading() as session:
        pid = session.scalar(
            text("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1")
        )
    if pid is not None:
        os.kill(pid, signal.SIGKILL)


def _until_it_answers(office: Office) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with office.database() as database, database.reading() as session:
                session.scalar(text("SELECT 1"))
                return
        except DBAPIError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
