"""The keys that a file has named so far, kept out of memory: a file names each customer once, and may have millions."""

import sqlite3
import weakref
from collections.abc import Iterable
from contextlib import closing

_CACHE_KIB = 1024
_MARK = "\n"


class Keys:
    """Where each key stood first. They lie in a temporary file that nobody else sees, and that goes with this object.

    A key is found by its 64-bit hash. Two keys with the same hash are told apart by a second one, of the key and a mark:
    both are Python's keyed hash of text (SipHash), and no two of a million keys have both in common.
    """

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        weakref.finalize(self, self._file.close)
        self._file.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        self._file.execute("PRAGMA journal_mode=OFF")
        self._file.execute("PRAGMA temp_store=FILE")
        self._file.execute("CREATE TABLE first (hash INTEGER PRIMARY KEY, row INTEGER, second INTEGER)")
        self._file.execute("BEGIN")
        self._clashing: dict[str, int] = {}

    def note(self, pairs: Iterable[tuple[str, int]]) -> dict[int, int]:
        """Note (key, row) pairs; give the rows whose key stood in a row before, each with that row."""
        pairs = list(pairs)
        rows = [(hash(key), row, hash(key + _MARK)) for key, row in pairs]
        before = self._file.total_changes
        self._file.executemany("INSERT OR IGNORE INTO first VALUES (?, ?, ?)", rows)
        if self._file.total_changes - before == len(rows):
            return {}
        found = {}
        for key, row in pairs:
            first = self.first(key)
            if first is None:
                first = self._clashing[key] = row
            if first != row:
                found[row] = first
        return found

    def first(self, key: str) -> int | None:
        """Give the row in which a key stood first; None when it did not."""
        with closing(self._file.execute("SELECT row, second FROM first WHERE hash = ?", (hash(key),))) as cursor:
            kept = cursor.fetchone()
        if kept is None or kept[1] == hash(key + _MARK):
            return kept and kept[0]
        return self._clashing.get(key)
