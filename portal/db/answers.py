"""What a connection to SQLite was answered that only reads, kept until somebody writes.

SQLite counts the commits of other connections (`PRAGMA data_version`). While the count stands, the same question has the same
answer, to the letter: revoked sessions and moved balances are seen at once.
"""

from collections.abc import Hashable, Sequence

KEPT = 64
LARGEST = 2_000
"""Of how many cells an answer may be that is kept."""


class Answers:
    """The rows of questions by their text and values; one for each connection."""

    def __init__(self):
        self._of: int | None = None
        self._fresh = False
        self._rows: dict[Hashable, Sequence[tuple]] = {}

    def begin(self) -> None:
        """Take in that a transaction begins: with its first question it is looked whether the database is as it was."""
        self._fresh = False

    def find(self, driver_connection, question: Hashable) -> Sequence[tuple] | None:
        """Give the rows of a question; None where it was not put since the last change."""
        if not self._fresh:
            self._look(driver_connection)
        return self._rows.get(question)

    def keep(self, question: Hashable, rows: Sequence[tuple]) -> None:
        """Keep the rows of a question, unless they are many."""
        if rows and len(rows) * len(rows[0]) > LARGEST:
            return
        if len(self._rows) == KEPT:
            del self._rows[next(iter(self._rows))]
        self._rows[question] = rows

    def _look(self, driver_connection) -> None:
        (version,) = driver_connection.execute("PRAGMA data_version").fetchone()
        if version != self._of:
            self._of = version
            self._rows.clear()
        self._fresh = True
