"""Time statements, and a wallet as it stood, on a wallet with a long history.

    python tests/bench/statements.py [DATABASE_URL] [ENTRIES] [STATED]

Without an address it makes a SQLite file and throws it away. ENTRIES (100,000) are posted first, the last STATED (10,000) of
them fall into the period. Printed: the seconds of the statement as CSV, with the most memory of it, and as PDF; of the public
check; and the milliseconds of "why" now and as of moments from the first to the last.
"""

import statistics
import sys
import tempfile
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from portal import migrations
from portal.db import Database
from portal.domain import ledger, statements, wallets
from portal.domain.statements import paper
from portal.model import BusinessEntity, Customer, Wallet
from portal.values import clock
from tests.cast import Cast

START = datetime(2020, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=20)
VERIFY = "https://portal.example/verify/7F3K-09QD-XW2M-HT5A-1B6C"


def main(url: str, entries: int, stated: int) -> None:
    """Post the history, then time each reading of it."""
    database = Database(url)
    migrations.upgrade(database)
    with database.writing() as session:
        cast = Cast.make(session)
        wallet = wallets.open(session, cast.own, "EUR", by=cast.operator())
    began = time.perf_counter()
    for first in range(0, entries, 2000):
        with database.writing() as session:
            post(session, wallet.id, first, min(first + 2000, entries), cast.operator())
    print(f"{database.dialect}, {entries:,} entries, posted in {time.perf_counter() - began:.0f} s\n")
    with database.writing() as session, clock.frozen(START + (entries + 1) * STEP):
        kept = session.get_one(Wallet, wallet.id)
        statement = statements.issue(session, kept, START + (entries - stated) * STEP, clock.now(), time_zone="UTC", by=cast.person())
    with database.reading() as session:
        statement = statements.find(session, cast.person(), statement.id)
        count = statement.last_seq - statement.before_seq
        show(f"CSV of {count:,} entries", lambda: sum(map(len, statements.csv_pieces(session, statement))))
        tracemalloc.start()
        for _ in statements.csv_pieces(session, statement):
            pass
        print(f"{'':<34}{tracemalloc.get_traced_memory()[1] / 1e6:>9.1f} MB at most in Python")
        tracemalloc.stop()
        copy = show("its copy for the PDF", lambda: make_copy(session, cast, statement))
        show("PDF, plain", lambda: paper.press(copy, tagged=False))
        show("PDF, tagged", lambda: paper.press(copy, tagged=True))
        show("public check", lambda: statements.check(session, statement))
        print()
        kept = session.get_one(Wallet, wallet.id)
        each("why, now", lambda: wallets.stories(session, kept, limit=12, used_up=6))
        for part in (0.01, 0.25, 0.5, 0.75, 0.99):
            standing = wallets.as_of(session, kept, START + int(entries * part) * STEP)
            each(f"as of entry {standing.seq:,}", lambda at=standing.posted_at: wallets.as_of(session, kept, at))
            each("  why, then", lambda standing=standing: wallets.stories(session, kept, limit=12, used_up=6, standing=standing))
    database.dispose()


ROUND = ((5_900, "top_up"), (-2_900, "service_delivered"), (2_800, "goodwill"), (-5_800, "invoice_settlement"))


def post(session, wallet_id, first: int, last: int, by) -> None:
    """Post entries: credit and gifts come and go, over a balance that stays about the same."""
    for n in range(first, last):
        amount, reason = ROUND[n % 4] if n else (50_000, "top_up")
        with clock.frozen(START + n * STEP):
            ends = clock.now() + timedelta(days=20_000) if reason == "goodwill" else None
            text = f"Line {n}"
            options = {"reason": reason, "key_scope": "bench", "key": str(n), "customer_text": text, "expires_at": ends}
            ledger.post(session, wallet_id, amount, **options, by=by)


def make_copy(session, cast, statement) -> str:
    customer, entity = session.get_one(Customer, cast.own.id), session.get_one(BusinessEntity, cast.entity.id)
    return paper.copy(session, statement, customer=customer, entity=entity, address=None, verify=VERIFY, locale="en")


def show(name: str, work):
    """Time one run and print its seconds."""
    began = time.perf_counter()
    made = work()
    print(f"{name:<34}{time.perf_counter() - began:>9.2f} s" + (f"{len(made) / 1e6:>9.2f} MB" if isinstance(made, bytes | str) else ""))
    return made


def each(name: str, work, times: int = 20) -> None:
    """Print the median and the longest of some runs."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    print(f"{name:<34}{statistics.median(took):>9.2f} ms{max(took):>9.2f} ms at most")


if __name__ == "__main__":
    amounts = [int(text.replace(",", "")) for text in sys.argv[2:]]
    entries, stated = (*amounts, *(100_000, 10_000)[len(amounts) :])
    with tempfile.TemporaryDirectory() as directory:
        main(sys.argv[1] if len(sys.argv) > 1 and sys.argv[1] else f"sqlite:///{directory}/bench.db", entries, stated)
