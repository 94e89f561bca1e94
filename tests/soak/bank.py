"""Many processes move credit between wallets while one adds them all up: at every moment the total is the same."""

import random
import time
from functools import partial
from uuid import UUID

from sqlalchemy import func, select

from portal.model import Wallet, WalletEntry
from tests.soak.crowd import FORKED, Member
from tests.soak.office import Office, Outcome, Tally, audited, joined, told, unless

CREDIT = 2_000
MOST = 400


def run(url: str, *, writers: int = 8, each: int = 150, wallets: int = 10, credit: int = CREDIT) -> Outcome:
    """Let `writers` processes transfer `each` times between any two `wallets` that may; empty ones refuse."""
    office = Office.open(url, wallet_count=wallets, credit=credit)
    total, over = wallets * credit, FORKED.Event()
    reader = Member(partial(_add_up, office, total, over))
    began = time.perf_counter()
    members = [Member(partial(_write, office, writer, each)) for writer in range(writers)]
    tallies = [member.answer() for member in members]
    seconds = time.perf_counter() - began
    over.set()
    reads, wrong = reader.answer()
    with office.database() as database, database.reading() as session:
        left = int(session.scalar(select(func.sum(Wallet.balance))))
    refused = sum(tally.refused for tally in tallies)
    faults = [f"a snapshot showed {seen}" for seen in wrong] + unless(left == total, f"at the end there are {left}, not {total}")
    faults += unless(refused < writers * each, "every transfer was refused") + unless(reads > 0, "nobody read")
    return joined(told(tallies, seconds), Outcome({"snapshots": reads, "wrong snapshots": len(wrong)}, faults), audited(url))


def _write(office: Office, writer: int, each: int) -> Tally:
    tally, chance = Tally(), random.Random(writer)
    with office.database() as database:
        for number in range(each):
            source, target = _pair(chance, office.wallet_ids)
            tally.call(partial(office.transfer, database, source, target, chance.randint(1, MOST), f"{writer}-{number}"))
    return tally


def _pair(chance: random.Random, wallet_ids: list[UUID]) -> tuple[UUID, UUID]:
    """Choose a wallet and one of its family: any above, or the child."""
    source = chance.randrange(len(wallet_ids))
    target = chance.choice([*range(source), *([source + 1] if source + 1 < len(wallet_ids) else [])])
    return wallet_ids[source], wallet_ids[target]


def _add_up(office: Office, total: int, over) -> tuple[int, list[str]]:
    """Add balances and entries up, each time in one snapshot; give how often, and what was wrong."""
    reads, wrong = 0, []
    with office.database() as database:
        while not over.is_set():
            with database.reading() as session:
                if database.dialect == "postgresql":
                    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
                balances, least = session.execute(select(func.sum(Wallet.balance), func.min(Wallet.balance))).one()
                entries = session.scalar(select(func.sum(WalletEntry.amount)))
            reads += 1
            time.sleep(0.05)  # the others are to write
            if (balances, entries) != (total, total) or least < 0:
                wrong.append(f"{balances} in wallets, {entries} in entries, {least} the least")
    return reads, wrong[:5]
