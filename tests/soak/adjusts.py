"""Many processes adjust one wallet: no call fails, no update is lost."""

import time
from functools import partial

from sqlalchemy import select

from portal.model import Wallet
from tests.soak.crowd import FORKED, SECONDS, crowd
from tests.soak.office import Office, Outcome, Tally, audited, joined, told, unless

AMOUNTS = (500, 700, -400, -600)


def run(url: str, *, writers: int = 8, each: int = 500) -> Outcome:
    """Let `writers` processes adjust one wallet `each` times."""
    office = Office.open(url)
    met, began = FORKED.Barrier(writers), time.perf_counter()
    tallies = crowd(partial(_write, office, writer, each, met) for writer in range(writers))
    seconds = time.perf_counter() - began
    wanted = writers * sum(AMOUNTS[number % 4] for number in range(each))
    with office.database() as database, database.reading() as session:
        balance, seq = session.execute(select(Wallet.balance, Wallet.seq)).one()
    faults = unless(balance == wanted, f"the balance is {balance}, not {wanted}")
    faults += unless(seq == writers * each, f"there are {seq} entries, not {writers * each}")
    faults += unless(not sum(tally.refused for tally in tallies), "calls were refused")
    return joined(told(tallies, seconds), Outcome({}, faults), audited(url))


def _write(office: Office, writer: int, each: int, met) -> Tally:
    tally = Tally()
    with office.database() as database:
        database.engine.connect().close()
        met.wait(SECONDS)
        for number in range(each):
            tally.call(partial(office.adjust, database, office.wallet_ids[0], AMOUNTS[number % 4], f"{writer}-{number}"))
    return tally
