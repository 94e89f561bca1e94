"""The loop: one job after the other while there are any, then a pause."""

import threading
from collections.abc import Callable

import structlog

from portal.db import Database
from portal.gateways.dns import Resolver
from portal.settings import Settings
from portal.worker import (
    audit_job,
    bounce_job,
    broadcast_job,
    calendar_job,
    hook_job,
    import_job,
    search_job,
    sender_job,
    sign_in_job,
    upkeep_job,
    wallet_job,
)
from portal.worker.lanes import Lanes
from portal.worker.schedule import Every

log = structlog.get_logger(source="portal.worker")
PAUSE = 0.5
PAUSE_AFTER_FAULT = 5.0


class Worker:
    """Does the jobs of one database: mail that is due, imports that wait, credit that ends, balances that fell, the record's chain."""

    def __init__(self, settings: Settings, database: Database):
        self.database = database
        self.lanes = Lanes(database, settings)
        resolver = Resolver(settings.dns_resolver)
        self.jobs: dict[str, Callable[[], bool]] = {
            "mail": self.lanes.step,
            "bounces": Every(bounce_job.SECONDS, lambda: bounce_job.run(database, settings)),
            "import": lambda: import_job.run(database),
            "broadcasts": lambda: broadcast_job.run(database),
            "wallet": Every(wallet_job.SECONDS, lambda: wallet_job.run(database)),
            "daily letters": Every(calendar_job.SECONDS, lambda: calendar_job.daily(database)),
            "statements": Every(calendar_job.STATEMENT_SECONDS, lambda: calendar_job.monthly(database)),
            "keys": Every(wallet_job.KEYS_SECONDS, lambda: wallet_job.forget_keys(database)),
            "search": Every(search_job.SECONDS, lambda: search_job.run(database)),
            "audit": Every(audit_job.SECONDS, lambda: audit_job.run(database)),
            "audit whole": Every(audit_job.WHOLE_SECONDS, lambda: audit_job.run(database, whole=True)),
            "senders": Every(sender_job.SECONDS, lambda: sender_job.run(database, settings, resolver)),
            "sign-ins": Every(sign_in_job.SECONDS, lambda: sign_in_job.run(database)),
            "hooks": Every(hook_job.SECONDS, lambda: hook_job.run(database)),
            "upkeep": Every(upkeep_job.SECONDS, lambda: upkeep_job.run(database)),
            "visits": Every(audit_job.VISITS_SECONDS, lambda: audit_job.close_visits(database)),
        }

    def step(self) -> bool:
        """Do one job of each kind that has one; tell whether anything was done."""
        done = [job() for job in self.jobs.values()]
        self.lanes.drain()
        return any(done)

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set. A fault is written down and never ends the loop."""
        threads = [threading.Thread(target=self._work, args=(name, job, stop), name=name) for name, job in self.jobs.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.lanes.close()

    def _work(self, name: str, job: Callable[[], bool], stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                pause = 0 if job() else PAUSE
            except Exception:
                log.exception("job failed", job=name)
                pause = PAUSE_AFTER_FAULT
            if pause:
                stop.wait(pause)
