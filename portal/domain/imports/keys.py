"""The keys that a file has named so far, kept out of memory: a file names each customer once, and may have millions."""

import sqlite3
import weakref
from collections.abc import Iterable
from contextlib import closing

_CACHE_KIB = 2048


class Keys:
    """Where each key stood first. They lie in a temporary file that nobody else sees, and that goes with this object.

    A key is found by its 64-bit hash; two keys with the same hash are told apart by their text.
    """

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        weakref.finalize(self, self._file.close)
        self._file.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        self._file.execute("PRAGMA journal_mode=OFF")
        self._file.execute("PRAGMA temp_store=FILE")
        self._file.execute("CREATE TABLE first (hash INTEGER PRIMARY KEY, row INTEGER, key TEXT)")
        self._file.execute("BEGIN")
        self._clashing: dict[str, int] = {}

    def note(self, pairs: Iterable[tuple[str, int]]) -> dict[int, int]:
        """Note (key, row) pairs; give the rows whose key stood in a row before, each with that row."""
        rows = [(hash(key), row, key) for key, row in pairs]
        before = self._file.total_changes
        self._file.executemany("INSERT OR IGNORE INTO first VALUES (?, ?, ?)", rows)
        if self._file.total_changes - before == len(rows):
            return {}
        found = {}
        for hashed, row, key in rows:
            first = self._first(hashed, key)
            if first is None:
                first = self._clashing[key] = row
            if first != row:
                found[row] = first
        return found

    def first(self, key: str) -> int | None:
        """Give the row in which a key stood first; None when it did not."""
        return self._first(hash(key), key)

    def _first(self, hashed: int, key: str) -> int | None:
        with closing(self._file.execute("SELECT row, key FROM first WHERE hash = ?", (hashed,))) as cursor:
            kept = cursor.fetchone()
        if kept is None or kept[1] == key:
            return kept and kept[0]
        return self._clashing.get(key)
