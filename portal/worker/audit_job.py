"""The record: link new events into its chain, and write down which visits of operators are over."""

from portal.db import Database
from portal.domain import audit_chain, viewing

SECONDS = 3.0
WHOLE_SECONDS = 3600.0
VISITS_SECONDS = 30.0
PIECE = 1000


def run(database: Database, *, whole: bool = False) -> bool:
    """Link what was committed since, in pieces, so that nobody waits long for the writer's place; tell whether there was any."""
    with database.reading() as session:
        if not audit_chain.waiting(session, whole=whole):
            return False
    while database.act(lambda session: audit_chain.link(session, PIECE, whole=whole)) == PIECE:
        pass
    return True


def close_visits(database: Database) -> bool:
    """Write down the end of visits whose time is over; tell whether there were any."""
    with database.reading() as session:
        if not viewing.over(session):
            return False
    return bool(database.act(viewing.settle))
