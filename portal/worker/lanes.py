"""Lanes: mail goes out over several connections side by side, the messages to one domain after each other on one of them."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from queue import LifoQueue

import structlog

from portal.db import Database
from portal.domain import outbox
from portal.domain.outbox import Prepared
from portal.gateways.smtp import Smtp
from portal.settings import Settings
from portal.worker import mail_job
from portal.worker.handing_over import HandingOver
from portal.worker.together import Together

log = structlog.get_logger(source="portal.mail")
LANES = 6
PER_DOMAIN = 2
"""So many lanes of a process carry mail to one domain at a time."""
TIMEOUT = 20.0
LAST_TIMEOUT = 120.0
LONGEST_REST = 60.0


class Lanes:
    """The mail of one worker process: claims while there is room, and never waits for a slow domain to claim for the others.

    A claim is parted by domain; each part is handed over on one lane, over a connection that is kept for the next. When no
    server can be talked to, nothing is claimed for a while: 1, 2, 4 ... 60 seconds.
    """

    def __init__(
        self, database: Database, settings: Settings, *, lanes: int = LANES, lease: timedelta = outbox.LEASE, batch: int = outbox.BATCH
    ):
        self._database, self._settings, self._count, self._lease, self._batch = database, settings, lanes, lease, batch
        self._handing = HandingOver(database, settings, Together(database))
        self._pool = ThreadPoolExecutor(lanes, thread_name_prefix="lane")
        self._connections: LifoQueue[Smtp] = LifoQueue()
        for _ in range(lanes):
            self._connections.put(Smtp(settings.smtp_url, TIMEOUT, LAST_TIMEOUT))
        self._room = threading.Condition()
        self._parts: Counter[str] = Counter()
        self._failures = 0
        self._rests_until = 0.0

    def step(self) -> bool:
        """Claim what is due where there is room for it; tell whether there was anything, or no room."""
        if time.monotonic() < self._rests_until:
            return False
        with self._room:
            if not self._room.wait_for(lambda: self._parts.total() < self._count, timeout=0.5):
                return True
            passing = frozenset(domain for domain, parts in self._parts.items() if parts >= PER_DOMAIN)
        claimed = mail_job.claim(self._database, self._settings, limit=self._batch, lease=self._lease, passing=passing)
        parts = _by_domain(claimed)
        with self._room:
            self._parts.update(parts.keys())
        for domain, part in parts.items():
            self._pool.submit(self._run, domain, part)
        return bool(parts)

    def drain(self) -> None:
        """Wait until everything that was claimed is handed over."""
        with self._room:
            self._room.wait_for(lambda: not self._parts.total())

    def close(self) -> None:
        """End: messages that are being handed over are finished, the others put back."""
        self._handing.stopping.set()
        self._pool.shutdown(wait=True)
        while not self._connections.empty():
            self._connections.get().close()

    def _run(self, domain: str, part: list[Prepared]) -> None:
        smtp = self._connections.get()
        try:
            if time.monotonic() < self._rests_until:
                self._handing.put_back(part, timedelta(seconds=LONGEST_REST / 2))
            else:
                self._judge_server(self._handing.all(part, smtp))
        except Exception:
            log.exception("lane failed")
        finally:
            self._connections.put(smtp)
            with self._room:
                self._parts -= Counter((domain,))
                self._room.notify_all()

    def _judge_server(self, talked: bool) -> None:
        with self._room:
            if talked:
                self._failures = 0
            else:
                self._rests_until = time.monotonic() + min(2.0**self._failures, LONGEST_REST)
                self._failures += 1


def _by_domain(claimed: list[Prepared]) -> dict[str, list[Prepared]]:
    """Part messages by the domain they go to, in the order of the first of each."""
    parts: dict[str, list[Prepared]] = {}
    for message in claimed:
        parts.setdefault(message.domain, []).append(message)
    return parts
