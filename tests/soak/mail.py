"""Kill the mail worker again and again while it sends, and count at the receiver: nothing is lost, and doubles are told by name.

    python tests/soak/mail.py [DATABASE_URL] [--messages 2000] [--kills 100] [--workers 1]

Without an address it makes a SQLite file and throws it away. The receiver is a real server on loopback; kill means SIGKILL.
At most one message a lane and kill can be received twice: taken by the receiver, and not recorded when the worker died.
Each double carries the Message-ID of the first, so that a receiver can drop it.
"""

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlalchemy import func, select

from portal import migrations
from portal.db import Database
from portal.domain import messages
from portal.domain.messages import Recipient
from portal.model import EmailMessage
from tests.cast import Cast
from tests.mail_server import running
from tests.soak import mail_worker

PROCESSES = multiprocessing.get_context("forkserver")
FACTS = {"asked_at": "2026-11-23T08:14:00+00:00"}
LEASE = 2.0
BATCH = 10
DOMAINS = 40


@dataclass(frozen=True)
class Counted:
    """What the receiver and the log say at the end."""

    written: int
    kills: int
    received: int
    different: int
    sent: int
    seconds: float

    @property
    def lost(self) -> int:
        return self.written - self.different

    @property
    def doubles(self) -> int:
        return self.received - self.different


def write(database: Database, number: int) -> None:
    """Queue so many messages, to many people at some domains."""
    with database.writing() as session:
        Cast.make(session)
        for one in range(number):
            to = Recipient(address=f"reader{one}@domain{one % DOMAINS}.example")
            messages.queue(session, "address_in_use", to=to, facts=FACTS, why="You get this because it was queued.", key=f"soak-{one}")


def run(url: str, *, number: int, kills: int, workers: int = 1, lanes: int = 4, seed: int = 1, seconds: float = 3600) -> Counted:
    """Write messages, and let workers send them while one after another is killed."""
    chance = random.Random(seed)
    database = Database(url)
    write(database, number)
    PROCESSES.set_forkserver_preload(["tests.soak.mail_worker"])
    begun, killed = time.monotonic(), 0
    with running({}) as server:
        at_work = [_start(url, server.port, lanes) for _ in range(workers)]
        try:
            step = number / (kills + 1)
            while _waiting(database) and time.monotonic() - begun < seconds:
                if killed < kills and len(server.taken) >= step * (killed + 1):
                    time.sleep(chance.random() * 0.1)  # any moment, not that after a message was taken
                    victim = chance.randrange(workers)
                    _kill(at_work[victim])
                    killed += 1
                    at_work[victim] = _start(url, server.port, lanes)
                time.sleep(0.002 + chance.random() * 0.01)
        finally:
            for process in at_work:
                _kill(process)
        names = Counter(_message_id(envelope.content) for envelope in server.taken)
    with database.reading() as session:
        sent = session.scalar(select(func.count()).where(EmailMessage.state == "sent"))
    database.dispose()
    return Counted(number, killed, sum(names.values()), len(names), sent, time.monotonic() - begun)


def _start(url: str, port: int, lanes: int) -> multiprocessing.Process:
    process = PROCESSES.Process(target=mail_worker.work, args=(url, f"smtp://127.0.0.1:{port}", LEASE, lanes, BATCH), daemon=True)
    process.start()
    return process


def _kill(process: multiprocessing.Process) -> None:
    process.kill()
    process.join()


def _waiting(database: Database) -> bool:
    with database.reading() as session:
        return session.scalar(select(EmailMessage.id).where(EmailMessage.state.in_(("queued", "sending", "deferred"))).limit(1)) is not None


def _message_id(content: bytes) -> bytes:
    return content.split(b"\r\nMessage-ID: ", 1)[1].split(b"\r\n", 1)[0]


def main() -> None:
    """Run it whole and print what was counted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url", nargs="?")
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        url = given.url or f"sqlite:///{directory}/soak.db"
        migrations.upgrade(Database(url))
        found = run(url, number=given.messages, kills=given.kills, workers=given.workers)
    print(f"{found.written} written, {found.kills} kills in {found.seconds:.0f} s: {found.received} received, {found.different} different,")
    print(f"{found.lost} lost, {found.doubles} doubles (each with the Message-ID of the first), {found.sent} noted as sent")
    if found.lost or found.sent != found.written or found.doubles > found.kills * 4:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
