"""Lanes: a slow domain keeps its own lanes busy and nobody else's; what was claimed and not begun is given back."""

import asyncio
import threading
import time
from datetime import timedelta

import pytest

from portal.domain import outbox
from portal.gateways.smtp import Smtp
from portal.values import clock
from portal.worker import mail_job
from portal.worker.handing_over import HandingOver
from portal.worker.lanes import PER_DOMAIN, Lanes
from portal.worker.together import Together

SLOW, FAST = "slow.example", "fast.example"


@pytest.fixture
def lanes(database, sent_by):
    """Make lanes to a server: lanes(server, count); they are closed at the end."""
    made = []

    def make(server, count=4, **options) -> Lanes:
        made.append(Lanes(database, sent_by(server), lanes=count, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def until(true, step=lambda: None) -> None:
    """Step until something is so; ten seconds at the most."""
    end = time.monotonic() + 30
    while not true() and time.monotonic() < end:
        step()
        time.sleep(0.01)
    assert true()


def taken(server) -> list[str]:
    return [envelope.rcpt_tos[0] for envelope in server.taken]


@pytest.fixture
def gate(mail_server):
    """A server that lets mail to the slow domain wait until the gate opens, and counts who waits."""
    server = mail_server()
    server.open, server.waiting, server.most = threading.Event(), 0, 0
    plain = server.handle_RCPT

    async def handle_RCPT(smtp, session, envelope, address, options):
        if address.endswith(SLOW):
            server.waiting += 1
            server.most = max(server.most, server.waiting)
            while not server.open.is_set():
                await asyncio.sleep(0.01)
            server.waiting -= 1
        return await plain(smtp, session, envelope, address, options)

    server.handle_RCPT = handle_RCPT
    yield server
    server.open.set()


def test_one_slow_domain_does_not_hold_up_the_others(letters, lanes, gate, rows):
    letters(*(f"a{number}@{SLOW}" for number in range(20)), *(f"b{number}@{FAST}" for number in range(20)))
    working = lanes(gate, batch=5)
    until(lambda: len(taken(gate)) == 20, working.step)
    assert {address.rpartition("@")[2] for address in taken(gate)} == {FAST}
    assert gate.most == PER_DOMAIN
    gate.open.set()
    until(lambda: {row.state for row in rows()} == {"sent"}, working.step)
    assert len(taken(gate)) == 40


def test_all_workers_together_keep_to_the_limit_of_a_domain(letters, lanes, gate, rows):
    letters(*(f"a{number}@{SLOW}" for number in range(50)))
    workers = [lanes(gate, batch=5) for _ in range(4)]
    for _ in range(3):
        for worker in workers:
            worker.step()
    until(lambda: gate.waiting == outbox.PER_DOMAIN)
    assert sum(row.state == "sending" for row in rows()) == 5 * outbox.PER_DOMAIN
    gate.open.set()
    until(lambda: len(taken(gate)) == 50, lambda: [worker.step() for worker in workers])
    assert gate.most == outbox.PER_DOMAIN
    assert len(set(taken(gate))) == 50


def test_what_somebody_waits_for_overtakes_a_broadcast(letters, credited, database, settings):
    credited(5)
    (essential,) = letters("x@y.example")
    with database.reading() as session:
        assert outbox.due(session, limit=1) == [essential]


def test_connections_are_kept_for_the_next_messages(letters, lanes, mail_server):
    server = mail_server()
    letters(*(f"a{number}@{FAST}" for number in range(30)))
    working = lanes(server, batch=10)
    until(lambda: len(taken(server)) == 30, working.step)
    assert server.connections <= 4


def test_at_the_end_what_was_not_begun_is_given_back_and_its_try_does_not_count(letters, lanes, gate, rows):
    letters(*(f"a{number}@{SLOW}" for number in range(10)))
    working = lanes(gate, batch=10)
    working.step()
    until(lambda: gate.waiting == 1)
    closing = threading.Thread(target=working.close)
    closing.start()
    until(working._handing.stopping.is_set)
    gate.open.set()
    closing.join(10)
    found = sorted((row.state, row.attempts, row.claim_id) for row in rows())
    assert found == [("queued", 0, None)] * 9 + [("sent", 1, None)]


def test_without_a_server_nothing_is_claimed_for_a_while_and_no_try_is_lost(letters, lanes, mail_server, rows):
    letters(*(f"a{number}@{FAST}" for number in range(10)))
    server = mail_server()
    working = lanes(server, batch=10)
    working._connections.queue[:] = []
    for _ in range(4):
        working._connections.put(_nowhere())
    assert working.step()
    working.drain()
    assert not working.step()
    states = [(row.state, row.attempts) for row in rows()]
    assert states.count(("deferred", 1)) == 1
    assert states.count(("queued", 0)) == 9


def _nowhere():
    return Smtp("smtp://127.0.0.1:1", timeout=1)


def test_a_claim_that_runs_out_is_not_handed_over(letters, database, sent_by, mail_server, rows):
    server = mail_server()
    letters("a@b.example", "c@d.example")
    settings = sent_by(server)
    claimed = mail_job.claim(database, settings, lease=timedelta(minutes=1))
    with clock.frozen(clock.now() + timedelta(seconds=31)):
        HandingOver(database, settings, Together(database)).all(claimed, Smtp(settings.smtp_url))
    assert taken(server) == []
    assert [(row.state, row.attempts) for row in rows()] == [("queued", 0), ("queued", 0)]
