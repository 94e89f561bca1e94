"""Time adjusting wallets, with ledger, audit event and mail row: one writer, eight threads and eight processes, at one wallet and at many.

    python tests/bench/adjusts.py [DATABASE_URL] [ADJUSTS]

Without an address it makes a SQLite file and throws it away. CPU is that of the writer's thread for one adjust, the commit
included; waiting for disks and other writers is in the other columns only. Every process adjusts a few times before the
clock starts. At the end the books are checked: no entry is missing, none is double.
"""

import multiprocessing
import statistics
import sys
import tempfile
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from portal import migrations
from portal.db import REQUESTS, Database
from portal.domain import customers, ledger, wallets
from portal.domain.actors import Actor
from portal.model import EmailMessage, WalletEntry
from portal.values import ids, money
from tests.cast import Cast

WARM = 20
MANY = 40
AMOUNTS = (500, -400, 700, -600)


class Took(NamedTuple):
    """What one adjust took, in milliseconds."""

    wall: float
    cpu: float


class Desk:
    """Where a process adjusts: its database connections, and whose wallet it is."""

    def __init__(self, url: str, customer_id: UUID, wallet_ids: list[UUID], by: Actor):
        self.database = Database(url, purpose=REQUESTS)
        self.customer_id, self.wallet_ids, self.by = customer_id, wallet_ids, by

    def adjust(self, amount: int, number: int = 0) -> Took:
        """Adjust the wallet of a number once in a transaction of its own, as a request does."""
        wall, cpu = time.perf_counter(), time.thread_time()
        self.database.act(lambda session: self._adjust(session, amount, number))
        return Took((time.perf_counter() - wall) * 1000, (time.thread_time() - cpu) * 1000)

    def _adjust(self, session, amount: int, number: int) -> None:
        customer = customers.find(session, self.by, self.customer_id)
        wallet = wallets.find(session, self.by, customer.id, self.wallet_ids[number])
        reason = "top_up" if amount > 0 else "service_delivered"
        wallets.adjust(session, wallet, amount, reason=reason, key=str(ids.new_id()), note="Measured", by=self.by)


def main(url: str, adjusts: int) -> None:
    """Run each kind of crowd and print a line for it."""
    database = Database(url)
    migrations.upgrade(database)
    with database.writing() as session:
        cast = Cast.make(session)
        by, customer_id = cast.operator("finance"), cast.own.id
        opened = [wallets.open(session, cast.own, code, by=by) for code in list(money.EXPONENTS)[:MANY]]
        for wallet in opened:
            wallets.adjust(session, wallet, 1_000_000, reason="top_up", key=str(wallet.id), by=by)
        opened = [wallet.id for wallet in opened]
    where = (url, customer_id, opened, by)
    print(f"{database.dialect}, {adjusts} adjusts each\n")
    print(f"{'writers':<26}{'CPU ms':>8}{'per s':>8}{'p50 ms':>8}{'p99 ms':>8}{'max ms':>8}")
    sit(*where)
    for name, writers, at, pool in (
        ("1 thread, 1 wallet", 1, 1, ThreadPoolExecutor(1)),
        ("8 threads, 1 wallet", 8, 1, ThreadPoolExecutor(8)),
        ("8 processes, 1 wallet", 8, 1, processes(where)),
        (f"8 processes, {MANY} wallets", 8, MANY, processes(where)),
    ):
        with pool:
            tell(name, *timed(pool, writers, adjusts, at))
    with database.reading() as session:
        faults = list(ledger.verify(session))
        entries, mails = (session.scalar(select(func.count()).select_from(table)) for table in (WalletEntry, EmailMessage))
    print(f"\n{entries} entries of {4 * adjusts + 25 * WARM + MANY}, {len(faults)} faults in the books, {mails} mails")
    database.dispose()


def processes(where: tuple) -> ProcessPoolExecutor:
    """Make eight processes, each with a desk of its own."""
    return ProcessPoolExecutor(8, multiprocessing.get_context("spawn"), sit, where)


def sit(*where) -> None:
    """Open this process's desk."""
    global desk
    desk = Desk(*where)


def adjust(amount: int, number: int) -> Took:
    return desk.adjust(amount, number)


def warm(number: int) -> None:
    for _ in range(WARM):
        desk.adjust(100)
    time.sleep(0.2)  # so that every process of a pool takes one of these


def timed(pool: Executor, writers: int, adjusts: int, at: int) -> tuple[float, list[Took]]:
    """Adjust by all of the pool, `at` so many wallets in turn; give wall seconds and what each took."""
    list(pool.map(warm, range(writers)))
    began = time.perf_counter()
    took = list(pool.map(adjust, [AMOUNTS[number % 4] for number in range(adjusts)], [number % at for number in range(adjusts)]))
    return time.perf_counter() - began, took


def tell(name: str, wall: float, took: list[Took]) -> None:
    """Print one run."""
    times = [one.wall for one in took]
    p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
    cpu = statistics.mean(one.cpu for one in took)
    print(f"{name:<26}{cpu:8.2f}{len(took) / wall:8.0f}{p50:8.1f}{p99:8.1f}{max(times):8.1f}")


if __name__ == "__main__":
    adjusts = int(sys.argv[2]) if len(sys.argv) > 2 else 400
    if len(sys.argv) > 1:
        main(sys.argv[1], adjusts)
    else:
        with tempfile.TemporaryDirectory() as directory:
            main(f"sqlite:///{directory}/adjusts.db", adjusts)
