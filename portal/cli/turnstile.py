"""Pages one after another: the threads of one process that ask SQLite at the same time hand Python's lock to and fro at every row.

Measured with four threads: half the pages a second, and a quarter more work for each. On PostgreSQL, where a page waits for
the server, others go on meanwhile.
"""

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

SAFE = {"GET", "HEAD"}
PATIENCE = 0.05
"""How many seconds a page waits for its turn; whatever takes longer, a statement as PDF say, holds nobody up for more."""

Application = Callable[[dict[str, Any], Callable], Iterable[bytes]]


class Turnstile:
    """A WSGI application around another, of which one page at a time is made; acts pass by, they have a queue of their own."""

    def __init__(self, application: Application):
        self._application, self._turn = application, Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        """Answer a request."""
        if environ["REQUEST_METHOD"] not in SAFE:
            return self._application(environ, start_response)
        taken = self._turn.acquire(timeout=PATIENCE)
        try:
            return self._application(environ, start_response)
        finally:
            if taken:
                self._turn.release()
