"""Time mail: messages a second written to the outbox, and sent over loopback by one worker process and by four.

    python tests/bench/mail.py [DATABASE_URL] [MESSAGES]

Without an address it makes a SQLite file and throws it away. Written: each in a transaction of its own, as an act does it,
and a hundred in one, as a broadcast does. Sent: to readers at forty domains, by processes as `portal worker` runs them, to a
server that takes everything and remembers only whom it was for; the clock starts when the first message has arrived. At the
end each reader has one message.
"""

import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlalchemy import delete

from portal import migrations
from portal.db import Database
from portal.domain import messages, outbox
from portal.domain.messages import Recipient
from portal.model import EmailAttempt, EmailMessage
from portal.worker.lanes import LANES
from tests.cast import Cast
from tests.mail_server import running
from tests.soak import mail_worker

PROCESSES = multiprocessing.get_context("forkserver")
FACTS = {"asked_at": "2026-11-23T08:14:00+00:00"}
DOMAINS = 40
LEASE = outbox.LEASE.total_seconds()


def write(database: Database, number: int, each: int) -> float:
    """Queue so many messages, `each` in a transaction; messages a second."""
    with database.writing() as session:
        session.execute(delete(EmailAttempt))
        session.execute(delete(EmailMessage))
    begun = time.perf_counter()
    for first in range(0, number, each):
        with database.writing() as session:
            for one in range(first, min(first + each, number)):
                to = Recipient(address=f"reader{one}@domain{one % DOMAINS}.example")
                messages.queue(session, "address_in_use", to=to, facts=FACTS, why="Measured.", key=f"bench-{one}")
    return number / (time.perf_counter() - begun)


def send(url: str, number: int, workers: int) -> float:
    """Let so many workers send what is queued; messages a second."""
    with running({}) as server:
        at_work = [
            PROCESSES.Process(
                target=mail_worker.work, args=(url, f"smtp://127.0.0.1:{server.port}", LEASE, LANES, outbox.BATCH), daemon=True
            )
            for _ in range(workers)
        ]
        for process in at_work:
            process.start()
        while not server.taken:
            time.sleep(0.002)
        begun, had = time.perf_counter(), len(server.taken)
        while len(server.taken) < number:
            time.sleep(0.005)
        took = time.perf_counter() - begun
        time.sleep(1)  # for the last to be recorded
        for process in at_work:
            process.kill()
            process.join()
        readers = Counter(envelope.rcpt_tos[0] for envelope in server.taken)
    assert len(readers) == number
    assert set(readers.values()) == {1}
    return (number - had) / took


def main(url: str, number: int) -> None:
    """Measure each and print a line for it."""
    database = Database(url)
    migrations.upgrade(database)
    with database.writing() as session:
        Cast.make(session)
    PROCESSES.set_forkserver_preload(["tests.soak.mail_worker"])
    print(f"{database.dialect}, {number} messages, {LANES} lanes a worker\n")
    print(f"{'written one by one':<24}{write(database, number // 4, 1):>8.0f} a second")
    print(f"{'written a hundred each':<24}{write(database, number, 100):>8.0f} a second")
    print(f"{'sent by one worker':<24}{send(url, number, 1):>8.0f} a second")
    write(database, number, 100)
    print(f"{'sent by four workers':<24}{send(url, number, 4):>8.0f} a second")


if __name__ == "__main__":
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    if len(sys.argv) > 1:
        main(sys.argv[1], count)
    else:
        with tempfile.TemporaryDirectory() as directory:
            main(f"sqlite:///{directory}/mail.db", count)
