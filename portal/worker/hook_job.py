"""Doors that providers report at: secrets whose time is over are destroyed."""

from portal.db import Database
from portal.domain import delivery

SECONDS = 3600.0


def run(database: Database) -> bool:
    """Destroy what no longer holds; tell whether there was anything."""
    return database.act(delivery.forget_former) > 0
