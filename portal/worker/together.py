"""Several threads' writes in one commit: who comes while a commit is under way goes with the next one."""

import threading
from collections.abc import Callable
from concurrent.futures import Future

from sqlalchemy.orm import Session

from portal.db import Database

Work = Callable[[Session], object]


class Together:
    """Writes what threads bring, each in its order of coming; `write` comes back when it is committed."""

    def __init__(self, database: Database):
        self._database = database
        self._turn = threading.Lock()
        self._coming = threading.Lock()
        self._waiting: list[tuple[Work, Future]] = []

    def write(self, work: Work) -> None:
        """Commit `work(session)`, alone or with that of others; its own failure is raised here and harms nobody else's."""
        done: Future = Future()
        with self._coming:
            self._waiting.append((work, done))
        with self._turn:
            with self._coming:
                batch, self._waiting = self._waiting, []
            if batch:
                self._commit(batch)
        done.result()

    def _commit(self, batch: list[tuple[Work, Future]]) -> None:
        try:
            self._database.act(lambda session: [work(session) for work, _ in batch])
        except Exception as fault:
            if len(batch) == 1:
                batch[0][1].set_exception(fault)
            else:
                for one in batch:
                    self._commit([one])
        else:
            for _, done in batch:
                done.set_result(None)
