"""Many processes at one wallet: nothing is lost, doubled or refused without cause, on either database."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal.domain import ledger, wallets
from portal.model import GrantUse, JournalEntry, Wallet, WalletEntry
from tests.cast import Cast

ROOT = Path(__file__).parents[3]
WRITERS = 4

WRITER = """
import sys
from uuid import UUID

from portal.db import Database
from portal.domain import actors, ledger
from portal.domain.wallets import recording
from portal.model import Wallet

url, wallet_id, writer, work = sys.argv[1:]
database = Database(url, pool_size=2)
by = actors.system("worker", "writer " + writer)


def post(key, amount):
    reason = "top_up" if amount > 0 else "correction"

    def once(session):
        made = ledger.post(session, UUID(wallet_id), amount, reason=reason, key_scope="race", key=key, by=by)
        if not made.replayed:
            wallet = session.get_one(Wallet, UUID(wallet_id))
            recording.record(session, "wallet.adjusted", wallet, made.entry, recording.Texts(), reason=reason, by=by)
        return made.replayed

    return database.act(once)


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
def cast(database):
    """The people, committed: other processes are to see them."""
    with database.writing() as session:
        return Cast.make(session)


@pytest.fixture
def wallet_id(database, cast):
    with database.writing() as session:
        wallet = wallets.open(session, cast.own, "EUR", by=cast.operator())
        wallets.adjust(session, wallet, 5_000, reason="top_up", key="first", by=cast.operator())
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


def test_twins_that_want_the_last_of_a_wallet_get_one_answer(database, cast):
    """The second waits for the first, finds the wallet empty, and is still given the first one's entry."""
    by = cast.operator("finance")
    with database.writing() as session:
        wallet = wallets.open(session, session.merge(cast.own), "EUR", by=by)
        wallets.adjust(session, wallet, 100, reason="top_up", key="first", by=by)
        wallet_id = wallet.id
    met = threading.Barrier(4, timeout=30)

    def spend(_) -> UUID:
        met.wait()
        return database.act(
            lambda session: wallets.adjust(session, session.get_one(Wallet, wallet_id), -100, reason="correction", key="twin", by=by).id
        )

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(spend, range(4)))) == 1
    with database.reading() as session:
        assert session.get_one(Wallet, wallet_id).balance == 0
        assert ledger.verify(session) == []


def test_transfers_that_cross_neither_wait_for_ever_nor_lose_anything(database, cast):
    by = cast.operator("finance")
    with database.writing() as session:
        own, other = session.merge(cast.own), session.merge(cast.neighbour)
        other.parent_id = own.id
        made = [wallets.open(session, customer, "EUR", by=by) for customer in (own, other)]
        for number, wallet in enumerate(made):
            wallets.adjust(session, wallet, 1_000, reason="top_up", key=f"first-{number}", by=by)
        wallet_ids = [wallet.id for wallet in made]
    met = threading.Barrier(4, timeout=30)

    def move(number: int) -> None:
        met.wait()
        source, target = wallet_ids if number % 2 else wallet_ids[::-1]
        for n in range(10):
            database.act(
                lambda session, n=n: wallets.transfer(
                    *(session, session.get_one(Wallet, source), session.get_one(Wallet, target), 7), key=f"{number}-{n}", by=by
                )
            )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(move, range(4)))
    with database.reading() as session:
        assert [session.get_one(Wallet, wallet_id).balance for wallet_id in wallet_ids] == [1_000, 1_000]
        assert ledger.verify(session) == []


def test_of_two_who_reverse_at_once_one_does(database, cast):
    by = cast.operator("finance")
    with database.writing() as session:
        wallet = wallets.open(session, session.merge(cast.own), "EUR", by=by)
        wallets.adjust(session, wallet, 1_000, reason="top_up", key="a", by=by)
        entry_id, wallet_id = wallets.adjust(session, wallet, -400, reason="correction", key="b", by=by).id, wallet.id
    met = threading.Barrier(3, timeout=30)

    def reverse(number: int) -> bool:
        met.wait()

        def work(session) -> bool:
            wallet, entry = session.get_one(Wallet, wallet_id), session.get_one(WalletEntry, entry_id)
            try:
                return bool(wallets.reverse(session, wallet, entry, key=f"back-{number}", by=by))
            except wallets.AlreadyReversed:
                return False

        return database.act(work)

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(reverse, range(3))) == [False, False, True]
    with database.reading() as session:
        assert session.get_one(Wallet, wallet_id).balance == 1_000
        assert ledger.verify(session) == []
