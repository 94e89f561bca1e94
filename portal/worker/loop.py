"""The loop: one job after the other while there are any, then a pause."""

import threading
from collections.abc import Callable

import structlog

from portal.db import Database
from portal.gateways.smtp import Smtp
from portal.settings import Settings
from portal.worker import audit_job, import_job, mail_job, wallet_job
from portal.worker.schedule import Every

log = structlog.get_logger(source="portal.worker")
PAUSE = 0.5
PAUSE_AFTER_FAULT = 5.0


class Worker:
    """Does the jobs of one database: mail that is due, imports that wait, credit that ends, balances that fell, the record's chain."""

    def __init__(self, settings: Settings, database: Database):
        self.database = database
        self.smtp = Smtp(settings.smtp_url)
        self.jobs: dict[str, Callable[[], bool]] = {
            "mail": lambda: mail_job.run(database, settings, self.smtp),
            "import": lambda: import_job.run(database),
            "wallet": Every(wallet_job.SECONDS, lambda: wallet_job.run(database)),
            "keys": Every(wallet_job.KEYS_SECONDS, lambda: wallet_job.forget_keys(database)),
            "audit": Every(audit_job.SECONDS, lambda: audit_job.run(database)),
            "audit whole": Every(audit_job.WHOLE_SECONDS, lambda: audit_job.run(database, whole=True)),
            "visits": Every(audit_job.VISITS_SECONDS, lambda: audit_job.close_visits(database)),
        }

    def step(self) -> bool:
        """Do one job of each kind that has one; tell whether anything was done."""
        done = [job() for job in self.jobs.values()]
        return any(done)

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set. A fault is written down and never ends the loop."""
        threads = [threading.Thread(target=self._work, args=(name, job, stop), name=name) for name, job in self.jobs.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.smtp.close()

    def _work(self, name: str, job: Callable[[], bool], stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                pause = 0 if job() else PAUSE
            except Exception:
                log.exception("job failed", job=name)
                pause = PAUSE_AFTER_FAULT
            if pause:
                stop.wait(pause)
