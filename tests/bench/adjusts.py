"""Time adjusting wallets, with ledger, audit event and mail row: one writer, and eight at one wallet.

    python tests/bench/adjusts.py [DATABASE_URL] [ADJUSTS]

Without an address it makes a SQLite file and throws it away. What is printed is CPU time of this process for an adjust,
the commit included; waiting for disks and other writers is in the wall time only. After each run the books are checked.
"""

import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from portal import migrations
from portal.db import Database
from portal.domain import customers, ledger, wallets
from portal.domain.actors import Actor
from portal.model import EmailMessage
from portal.values import ids
from tests.cast import Cast

WARM = 50


def main(url: str, adjusts: int) -> None:
    """Run with one writer, then with eight, and print a line for each."""
    database = Database(url)
    migrations.upgrade(database)
    with database.writing() as session:
        cast = Cast.make(session)
        by, customer_id = cast.operator("finance"), cast.own.id
        opened = wallets.open(session, cast.own, "EUR", by=by).id
    where = (database, customer_id, opened, by)
    for _ in range(WARM):
        adjust(*where, 700)
    print(f"{database.dialect}, {adjusts} adjusts each\n")
    print(f"{'writers':<10}{'CPU ms':>8}{'per s':>8}{'p50 ms':>8}{'p99 ms':>8}")
    for writers in (1, 8):
        tell(*timed(where, writers, adjusts))
    with database.reading() as session:
        faults = list(ledger.verify(session))
        mails = session.scalar(select(func.count()).select_from(EmailMessage))
    print(f"\n{len(faults)} faults in the books, {mails} mails written")
    database.dispose()


def adjust(database: Database, customer_id: UUID, wallet_id: UUID, by: Actor, amount: int) -> float:
    """Adjust once in a transaction of its own, as a request does; give the milliseconds it took."""
    began = time.perf_counter()
    with database.writing() as session:
        customer = customers.find(session, by, customer_id)
        wallet = wallets.find(session, by, customer.id, wallet_id)
        reason = "top_up" if amount > 0 else "service_delivered"
        wallets.adjust(session, wallet, amount, reason=reason, key=str(ids.new_id()), note="Measured", by=by)
    return (time.perf_counter() - began) * 1000


def timed(where: tuple, writers: int, adjusts: int) -> tuple[int, float, float, list[float]]:
    """Adjust by several threads; give writers, CPU seconds, wall seconds and the single times."""
    amounts = [(500, -400, 700, -600)[number % 4] for number in range(adjusts)]
    cpu, wall = time.process_time(), time.perf_counter()
    with ThreadPoolExecutor(writers) as pool:
        took = list(pool.map(lambda amount: adjust(*where, amount), amounts))
    return writers, time.process_time() - cpu, time.perf_counter() - wall, took


def tell(writers: int, cpu: float, wall: float, took: list[float]) -> None:
    """Print one run."""
    p50, p99 = statistics.median(took), statistics.quantiles(took, n=100)[98]
    print(f"{writers:<10}{cpu / len(took) * 1000:8.2f}{len(took) / wall:8.0f}{p50:8.1f}{p99:8.1f}")


if __name__ == "__main__":
    adjusts = int(sys.argv[2]) if len(sys.argv) > 2 else 400
    if len(sys.argv) > 1:
        main(sys.argv[1], adjusts)
    else:
        with tempfile.TemporaryDirectory() as directory:
            main(f"sqlite:///{directory}/adjusts.db", adjusts)
