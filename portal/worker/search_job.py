"""Search: write documents anew after a change of what customers are found by."""

from portal.db import Database
from portal.domain.search import renewal

SECONDS = 2.0


def run(database: Database) -> bool:
    """Look at all documents that wait, piece by piece, each in a transaction of its own; tell whether there were any."""
    with database.reading() as session:
        if not renewal.waiting(session):
            return False
    while database.act(renewal.renew):
        pass
    return True
