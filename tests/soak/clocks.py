"""Workers whose clocks jump to and fro end and announce credit while others spend: never early, never late, never twice."""

import json
import random
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import func, select

from portal.domain import wallets
from portal.domain.wallets import expiring
from portal.model import CreditGrant, EmailMessage, GrantUse, JournalEntry, Wallet, WalletEntry
from portal.values import clock
from portal.worker import wallet_job
from tests.soak.crowd import crowd
from tests.soak.office import Office, Outcome, Tally, audited, joined, told, unless

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DAYS = 30
WALLETS = 3


def run(url: str, *, workers: int = 4, rounds: int = 40, grants: int = 60) -> Outcome:
    """Let `workers` go `rounds` times over `grants` that end within thirty days, each at a time of its own."""
    office, chance = Office.open(url, wallet_count=WALLETS), random.Random(5)
    with office.database() as database, clock.frozen(NOON):
        for number in range(grants):
            ends = NOON + timedelta(seconds=chance.randrange(60, DAYS * 24 * 3600))
            database.act(partial(_give, office=office, number=number, ends=ends))
    began = time.perf_counter()
    spenders = (partial(_spend, office, writer, rounds) for writer in range(2))
    lookers = (partial(_look_after, office, worker, rounds) for worker in range(workers))
    done = crowd([*spenders, *lookers])
    seconds = time.perf_counter() - began
    seen = [made for _, made in done]
    with office.database() as database, clock.frozen(NOON + (DAYS + 1) * DAY):
        wallet_job.run(database)
        wallet_job.run(database)
    return joined(told([tally for tally, _ in done], seconds), _judged(office, [one for made in seen for one in made]), audited(url))


def _give(session, *, office: Office, number: int, ends: datetime) -> None:
    wallet = session.get_one(Wallet, office.wallet_ids[number % WALLETS])
    wallets.adjust(session, wallet, 500 + number, reason="goodwill", key=f"gift-{number}", expires_at=ends, by=office.by)


def _spend(office: Office, writer: int, rounds: int) -> tuple[Tally, list]:
    tally = Tally()
    with office.database() as database:
        for number in range(rounds):
            wallet_id = office.wallet_ids[number % WALLETS]
            with clock.frozen(NOON + number * DAY / 4):
                tally.call(partial(office.adjust, database, wallet_id, -7, f"spend-{writer}-{number}"))
    return tally, []


def _look_after(office: Office, worker: int, rounds: int) -> tuple[Tally, list[tuple[UUID, datetime]]]:
    """Be a worker whose clock jumps by up to a day either way; give each entry that ended credit, and what the clock said."""
    tally, chance, made, end = Tally(), random.Random(worker), [], expiring.end

    def witnessed(session, wallet_id, due, *, now, by):
        entries = end(session, wallet_id, due, now=now, by=by)
        made.extend((entry.id, now) for entry in entries)
        return entries

    expiring.end = witnessed  # in this process alone
    with office.database() as database:
        for number in range(rounds):
            about = NOON + DAYS * DAY * number / rounds
            with clock.frozen(about + timedelta(seconds=chance.randint(-86_400, 86_400))):
                tally.call(partial(wallet_job.run, database))
    return tally, made


def _judged(office: Office, made: list[tuple[UUID, datetime]]) -> Outcome:
    """Hold what the workers did against when credit ended."""
    ended = (
        select(WalletEntry.id, CreditGrant.id, CreditGrant.expires_at)
        .join(JournalEntry, JournalEntry.id == WalletEntry.journal_entry_id)
        .join(GrantUse, GrantUse.entry_id == WalletEntry.id)
        .join(CreditGrant, CreditGrant.id == GrantUse.grant_id)
        .where(JournalEntry.reason == "expiry")
    )
    with office.database() as database, database.reading() as session:
        rows = session.execute(ended).all()
        left = session.scalar(select(func.count()).where(CreditGrant.remaining > 0))
        balance = session.scalar(select(func.sum(Wallet.balance)))
        letters = session.execute(select(EmailMessage.to_address, EmailMessage.facts).where(EmailMessage.letter == "credit_expired")).all()
    ends = {entry_id: ends_at for entry_id, _, ends_at in rows}
    early = [entry_id for entry_id, now in made if entry_id in ends and now < ends[entry_id]]
    twice = len(rows) - len({grant_id for _, grant_id, _ in rows})
    faults = unless(not early, f"{len(early)} ended early") + unless(not twice, f"{twice} ended twice")
    faults += unless(not left and not balance, f"{left} never ended, {balance} are left") + unless(len(rows) > 0, "nothing ended")
    lines = [(address, json.dumps(line, sort_keys=True)) for address, facts in letters for line in facts["credits"]]
    figures = {"ended": len(rows), "early": len(early), "twice": twice, "late": left, "letters": len(letters)}
    return Outcome(figures, faults + unless(len(set(lines)) == len(lines), "somebody was told of the same twice"))
