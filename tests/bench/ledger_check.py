"""Time `portal doctor ledger` over a million entries: seconds, those of CPU, and the most memory it had.

    python tests/bench/ledger_check.py [DATABASE_URL] [ENTRIES] [WALLETS]

Without an address it makes a SQLite file and throws it away. The entries lie as they would after years: each wallet's next
one is posted after everybody else's, additions and spends in turn, each spend paid by the oldest credit. At the end one
amount is changed behind the triggers' back, and the check has to name that entry.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from portal import migrations
from portal.db import Database
from portal.domain import actors, audit, ledger
from portal.domain.imports.bulk import BulkTable
from portal.domain.ledger.chain import entry_text, moment, worded
from portal.model import AuditEvent, CreditGrant, Customer, GrantUse, JournalEntry, JournalLine, Wallet, WalletEntry
from portal.model.base import Base
from portal.values import ids
from tests.cast import Cast

ROOT = Path(__file__).resolve().parents[2]
AMOUNTS = (70_000, -40_000, 20_000, -30_000)
BATCH = 5_000
BY = actors.system("worker", "bench")
BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
COLUMNS = {
    **ledger.OPENING_COLUMNS,
    GrantUse: ("id", "entry_id", "grant_id", "seq", "amount", "remaining_after", "rule"),
    AuditEvent: tuple(column.key for column in AuditEvent.__table__.c),
}


class Book:
    """One wallet while it is written."""

    def __init__(self, customer_id: UUID):
        self.id, self.customer_id = ids.new_id(), customer_id
        self.balance, self.seq, self.hash = 0, 0, ledger.FIRST_PREV_HASH
        self.grants: deque[list] = deque()


class Writer:
    """Makes the rows of entries, as `ledger.post` and its callers would have."""

    def __init__(self):
        self.rows: dict[type[Base], list[tuple]] = {model: [] for model in COLUMNS}
        self.grants: list[list] = []
        self.actor = (BY.kind, BY.user_id, BY.name, None, "", BY.origin)

    def post(self, book: Book, amount: int, at: datetime) -> None:
        """Write one entry."""
        journal, ours, contra, entry = ids.new_ids(4)
        book.seq, book.balance = book.seq + 1, book.balance + amount
        reason, account = ("top_up", "cash") if amount > 0 else ("correction", "receivable")
        said = entry_text(book.id, book.seq, amount, "EUR", book.balance, journal, reason, moment(at), book.hash)
        own = sha256(worded(said).encode()).digest()
        key = ("bench", str(entry), own)
        self.rows[JournalEntry].append((journal, book.customer_id, reason, "", "", "", None, None, *key, *self.actor, at))
        debit, credit = (0, amount) if amount > 0 else (-amount, 0)
        self.rows[JournalLine] += (
            (ours, journal, "wallet_liability", book.id, "EUR", debit, credit),
            (contra, journal, account, None, "EUR", credit, debit),
        )
        self.rows[WalletEntry].append((entry, book.id, journal, book.seq, amount, book.balance, at, book.hash, own))
        book.hash = own
        if amount > 0:
            grant = [ids.new_id(), book.id, entry, book.seq, None, "paid", 50, amount, amount, None, None, None, at]
            book.grants.append(grant)
            self.grants.append(grant)
        else:
            self.spend(book, entry, -amount)
        self.record(book, entry, amount, at)

    def spend(self, book: Book, entry: UUID, amount: int) -> None:
        while amount:
            grant = book.grants[0]
            taken = min(amount, grant[8])
            amount, grant[8] = amount - taken, grant[8] - taken
            self.rows[GrantUse].append((ids.new_id(), entry, grant[0], book.seq, taken, grant[8], "oldest"))
            if not grant[8]:
                grant[4] = book.seq
                book.grants.popleft()

    def record(self, book: Book, entry: UUID, amount: int, at: datetime) -> None:
        facts = {"amount": amount, "currency": "EUR", "before": book.balance - amount, "after": book.balance, "entry_id": str(entry)}
        known = {
            "id": ids.new_id(),
            "at": at,
            "action": "wallet.adjusted",
            "customer_id": book.customer_id,
            "subject_kind": "wallet",
            "subject_id": book.id,
            "subject_name": "EUR",
            "changes": {},
            "facts": facts,
            "on_behalf_of": "",
            **audit.actor_columns(BY),
        }
        self.rows[AuditEvent].append(tuple(known.get(name) for name in COLUMNS[AuditEvent]))


def build(database: Database, entries: int, wallets: int) -> None:
    """Write customers with a wallet each, and their entries in turn."""
    with database.writing() as session:
        entity = Cast.make(session).entity
        books = [Book(ids.new_id()) for _ in range(wallets)]
        customers = [
            {"id": book.customer_id, "name": f"Bench {n}", "name_key": f"bench {n}", "business_entity_id": entity.id, "status": "active"}
            for n, book in enumerate(books)
        ]
        session.execute(Customer.__table__.insert(), customers)
        writer = Writer()
        every = timedelta(days=2000) / entries
        ends = [(book, *ending(book, entries, wallets, number)) for number, book in enumerate(books)]
        put(session, Wallet, (opened(book, balance, seq) for book, balance, seq in ends))
        for number in range(entries):
            turn, at = divmod(number, wallets)
            writer.post(books[at], AMOUNTS[turn % len(AMOUNTS)], BEGAN + every * number)
            if number % BATCH == BATCH - 1:
                flush(session, writer)
        flush(session, writer)
        put(session, CreditGrant, (tuple(grant) for grant in writer.grants))
        put(session, GrantUse, iter(writer.rows[GrantUse]))


def built(url: str, entries: int, wallets: int) -> None:
    """Build the books at an address."""
    with Database(url) as database:
        build(database, entries, wallets)


def ending(book: Book, entries: int, wallets: int, number: int) -> tuple[int, int]:
    """Tell the balance and the number of entries a wallet ends with."""
    count = entries // wallets + (number < entries % wallets)
    return count // len(AMOUNTS) * sum(AMOUNTS) + sum(AMOUNTS[: count % len(AMOUNTS)]), count


def opened(book: Book, balance: int, seq: int) -> tuple:
    return (book.id, book.customer_id, "EUR", "", balance, 0, seq, "open", "", True, None, None, BEGAN, BEGAN + timedelta(days=2000))


def flush(session: Session, writer: Writer) -> None:
    """Write what was collected; grants and their uses wait until it is known what is left of each."""
    for model, rows in writer.rows.items():
        if model is not GrantUse and rows:
            put(session, model, iter(rows))
            rows.clear()


def put(session: Session, model: type[Base], rows: Iterator[tuple]) -> None:
    table = BulkTable(session, model, COLUMNS[model])
    for row in rows:
        table.rows.append(row)
        if len(table.rows) == BATCH:
            table.write()
    table.write()


class Checked(NamedTuple):
    """What a check took, wall and CPU seconds and megabytes, and what it said."""

    seconds: float
    cpu: float
    megabytes: float
    said: str


def check(url: str) -> Checked:
    """Run `portal doctor ledger` on its own."""
    began = time.perf_counter()
    environment = os.environ | {"PORTAL_DATABASE_URL": url, "PORTAL_SECRET_KEY": "0123456789abcdef" * 2, "PORTAL_PUBLIC_URL": "https://x"}
    command = [sys.executable, "-m", "portal", "doctor", "ledger"]
    with tempfile.TemporaryFile("w+") as said:
        running = subprocess.Popen(command, stdout=said, stderr=said, cwd=ROOT, env=environment)
        _, _, used = os.wait4(running.pid, 0)
        said.seek(0)
        return Checked(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said.read().strip())


def main(url: str, entries: int, wallets: int) -> None:
    """Build the books, check them, change one row, check again."""
    database = Database(url)
    migrations.upgrade(database)
    began = time.perf_counter()
    building = multiprocessing.get_context("spawn").Process(target=built, args=(url, entries, wallets))
    building.start()  # on its own, so that its memory is not counted as that of the check
    building.join()
    print(f"{database.dialect}: {entries:,} entries in {wallets:,} wallets, written in {time.perf_counter() - began:.0f} s")
    for _ in range(2):
        done = check(url)
        print(f"portal doctor ledger: {done.seconds:.1f} s, CPU {done.cpu:.1f} s, {done.megabytes:.0f} MB: {done.said}")
    with database.engine.begin() as connection:
        row = connection.execute(text("SELECT id FROM wallet_entry WHERE seq = 2 LIMIT 1")).scalar_one()
        sqlite = database.dialect == "sqlite"
        connection.execute(text("DROP TRIGGER wallet_entry_no_update" if sqlite else "SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE wallet_entry SET amount = amount - 1 WHERE id = :row"), {"row": row})
    done = check(url)
    named = str(UUID(str(row))) in done.said
    print(f"after one row was changed: {done.seconds:.1f} s, {'it is named' if named else 'IT IS NOT NAMED'}: {done.said}")
    database.dispose()


if __name__ == "__main__":
    entries = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    wallets = int(sys.argv[3]) if len(sys.argv) > 3 else max(entries // 100, 1)
    if len(sys.argv) > 1 and sys.argv[1]:
        main(sys.argv[1], entries, wallets)
    else:
        with tempfile.TemporaryDirectory() as directory:
            main(f"sqlite:///{directory}/ledger.db", entries, wallets)
