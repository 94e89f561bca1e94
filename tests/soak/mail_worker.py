"""One worker process of the mail soak and bench: sends until it is killed. What it needs is loaded and warm before it is forked."""

import logging
import time
from datetime import timedelta

from portal import logs
from portal.db import Database
from portal.domain.letters import LETTERS, Brand, render
from portal.settings import Settings
from portal.worker.lanes import Lanes

WARM = LETTERS["address_in_use"]
render(WARM.name, WARM.sample, links={}, brand=Brand("N", "N", "N", "#123456", "http://n"), locale="en", time_zone="UTC")


def work(database_url: str, smtp_url: str, lease: float, lanes: int, batch: int) -> None:
    """Send what is due, again and again."""
    logs.configure("plain", level=logging.ERROR)
    settings = Settings(
        database_url=database_url, smtp_url=smtp_url, secret_key="soak-0123456789-abcdefghijklmnopqrst", public_url="http://localhost"
    )
    working = Lanes(Database(database_url), settings, lanes=lanes, lease=timedelta(seconds=lease), batch=batch)
    while True:
        if not working.step():
            time.sleep(0.02)
