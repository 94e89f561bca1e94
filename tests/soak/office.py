"""Where the trials take place: a family of customers with a wallet each, who writes to them, and the look into the books after."""

import os
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.db import JOBS, REQUESTS, Database
from portal.domain import ledger, wallets
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.model import JournalEntry, Wallet, WalletEntry
from tests import factories
from tests.cast import Cast


class Outcome(NamedTuple):
    """What a trial found: figures to print, and what is wrong."""

    figures: dict[str, object]
    faults: list[str]


class Office(NamedTuple):
    """The wallets, each customer the parent of the next one, and an operator."""

    url: str
    wallet_ids: list[UUID]
    by: Actor

    @classmethod
    def open(cls, url: str, *, wallet_count: int = 1, credit: int = 0) -> "Office":
        """Open wallets with so much paid credit (minor units) each."""
        with Database(url) as database, database.writing() as session:
            cast = Cast.make(session)
            by, wallet_ids, above = cast.operator("finance"), [], None
            for number in range(wallet_count):
                customer = cast.own if not number else factories.customer(session, cast.entity, name=f"Child {number}")
                customer.parent_id = above
                above = customer.id
                wallet = wallets.open(session, customer, "EUR", by=by)
                if credit:
                    wallets.adjust(session, wallet, credit, reason="top_up", key=f"opening-{number}", by=by)
                wallet_ids.append(wallet.id)
        return cls(url, wallet_ids, by)

    def database(self) -> Database:
        """Connect as a request would; with PORTAL_SOAK_PATIENT set as a job would, where the machine has other things to do."""
        return Database(self.url, purpose=JOBS if os.environ.get("PORTAL_SOAK_PATIENT") else REQUESTS, pool_size=2)

    def adjust(self, database: Database, wallet_id: UUID, amount: int, key: str) -> UUID:
        """Adjust as the console does, in a transaction of its own; give the entry's id."""

        def act(session: Session) -> UUID:
            reason = "top_up" if amount > 0 else "correction"
            return wallets.adjust(session, session.get_one(Wallet, wallet_id), amount, reason=reason, key=key, by=self.by).id

        return database.act(act)

    def transfer(self, database: Database, source_id: UUID, target_id: UUID, amount: int, key: str) -> None:
        """Transfer as the console does."""
        database.act(
            lambda session: wallets.transfer(
                *(session, session.get_one(Wallet, source_id), session.get_one(Wallet, target_id), amount), key=key, by=self.by
            )
        )


class Tally:
    """What one process did: how long each call took (ms), how many were refused, and which failed."""

    def __init__(self):
        self.took: list[float] = []
        self.refused = 0
        self.failed: list[str] = []

    def call(self, work: Callable[[], object]) -> object:
        """Call, and write down how it went; None where it was refused or failed."""
        began = time.perf_counter()
        try:
            return work()
        except Refusal:
            self.refused += 1
        except Exception as fault:  # whatever it is, a user would have seen it
            self.failed.append(f"{type(fault).__name__}: {fault}"[:300])
        finally:
            self.took.append((time.perf_counter() - began) * 1000)
        return None


def told(tallies: list[Tally], seconds: float) -> Outcome:
    """Add up what the processes did."""
    took = sorted(one for tally in tallies for one in tally.took)
    failed = [fault for tally in tallies for fault in tally.failed]
    figures = {
        "calls": len(took),
        "refused": sum(tally.refused for tally in tallies),
        "failed": len(failed),
        "per s": round(len(took) / seconds),
        "p50 ms": round(statistics.median(took), 1),
        "p99 ms": round(took[int(len(took) * 0.99)], 1),
        "max ms": round(took[-1], 1),
    }
    return Outcome(figures, [f"a call failed: {fault}" for fault in failed[:5]])


def audited(url: str) -> Outcome:
    """Check all invariants of the books, and the balances apart from them."""
    with Database(url) as database:
        with database.reading() as session:
            faults = [str(fault) for fault in ledger.verify(session)]
            sums = select(WalletEntry.wallet_id, func.sum(WalletEntry.amount)).group_by(WalletEntry.wallet_id)
            by_entries = dict(session.execute(sums).all())
            balances = dict(session.execute(select(Wallet.id, Wallet.balance)).all())
            entries = session.scalar(select(func.count()).select_from(JournalEntry))
        if database.dialect == "sqlite":
            with database.engine.connect() as connection:
                said = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
                faults += [] if said == "ok" else [f"the file is damaged: {said}"]
    drift = sum(abs(balance - int(by_entries.get(wallet_id, 0))) for wallet_id, balance in balances.items())
    faults += [f"the balances differ from the entries by {drift}"] if drift else []
    return Outcome({"entries": entries, "drift": drift, "faults in the books": len(faults)}, faults)


def joined(*outcomes: Outcome) -> Outcome:
    """Put outcomes together."""
    figures = {name: figure for outcome in outcomes for name, figure in outcome.figures.items()}
    return Outcome(figures, [fault for outcome in outcomes for fault in outcome.faults])


def unless(right: bool, fault: str) -> list[str]:
    """Give the fault, unless all is right."""
    return [] if right else [fault]
