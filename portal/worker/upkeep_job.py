"""What keeps SQLite's file in order: statistics of tables that have grown, and a log that does not stay as long as it once was."""

from portal.db import Database

SECONDS = 900.0


def run(database: Database) -> bool:
    """Do it; there is nothing left to do then."""
    database.gather_statistics()
    database.empty_log()
    return False
