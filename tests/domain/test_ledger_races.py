"""Many processes at one wallet: nothing is lost, doubled or refused without cause, on either database."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.domain import ledger, wallets
from portal.model import GrantUse, JournalEntry, Wallet, WalletEntry

ROOT = Path(__file__).parents[2]
WRITERS = 4

WRITER = """
import sys
from uuid import UUID

from portal.db import Database
from portal.domain import actors, ledger

url, wallet_id, writer, work = sys.argv[1:]
database = Database(url, pool_size=2)
by = actors.system("worker", "writer " + writer)


def post(key, amount):
    reason = "top_up" if amount > 0 else "correction"
    return database.act(
        lambda session: ledger.post(session, UUID(wallet_id), amount, reason=reason, key_scope="race", key=key, by=by).replayed
    )


if work == "mixed":
    for n in range(50):
        post(f"{writer}-{n}", (500, 700, -400, -600)[n % 4])
    print(50)
elif work == "same":
    print(sum(not post(f"shared-{n}", 100) for n in range(40)))
else:
    refused = 0
    for n in range(25):
        try:
            post(f"{writer}-{n}", -100)
        except ledger.InsufficientBalance:
            refused += 1
    print(refused)
"""


@pytest.fixture
def wallet_id(database, cast):
    with database.writing() as session:
        wallet = wallets.open(session, cast.own, "EUR", by=cast.operator())
        ledger.post(session, wallet.id, 5_000, reason="top_up", key_scope="race", key="first", by=cast.operator())
        return wallet.id


@pytest.fixture
def race(database, wallet_id):
    """Run several writers at once; give what each printed."""

    def run(work: str) -> list[int]:
        url = database.url.render_as_string(hide_password=False)
        started = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, url, str(wallet_id), str(writer), work],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=ROOT,
            )
            for writer in range(WRITERS)
        ]
        printed = []
        for process in started:
            said, complaints = process.communicate(timeout=120)
            assert process.returncode == 0, complaints
            printed.append(int(said))
        return printed

    return run


def test_no_update_is_lost_between_processes(database, wallet_id, race):
    assert race("mixed") == [50] * WRITERS
    with database.reading() as session:
        wallet = session.get_one(Wallet, wallet_id)
        assert wallet.balance == session.scalar(select(func.sum(WalletEntry.amount)).where(WalletEntry.wallet_id == wallet_id))
        assert wallet.balance == 5_000 + WRITERS * (13 * 500 + 13 * 700 - 12 * 400 - 12 * 600)
        assert wallet.seq == 1 + WRITERS * 50
        assert ledger.verify(session) == []


def test_processes_that_post_the_same_keys_post_each_once(database, wallet_id, race):
    assert sum(race("same")) == 40
    with database.reading() as session:
        assert session.get_one(Wallet, wallet_id).balance == 5_000 + 40 * 100
        assert session.scalar(select(func.count()).select_from(JournalEntry)) == 41
        assert ledger.verify(session) == []


def test_processes_that_empty_a_wallet_never_take_more_than_there_is(database, wallet_id, race):
    assert sum(race("empty")) == WRITERS * 25 - 50
    with database.reading() as session:
        assert session.get_one(Wallet, wallet_id).balance == 0
        assert session.scalar(select(func.sum(GrantUse.amount))) == 5_000
        assert ledger.verify(session) == []
