"""When a job is looked at that nobody waits for by the half second."""

import time
from collections.abc import Callable


class Every:
    """A job that is done at most once in so many seconds; counted by a clock that does not jump when the time of day does."""

    def __init__(self, seconds: float, job: Callable[[], bool], *, clock: Callable[[], float] = time.monotonic):
        self._seconds, self._job, self._clock = seconds, job, clock
        self._next = clock()

    def __call__(self) -> bool:
        """Do the job where its time has come; tell whether it did anything."""
        now = self._clock()
        if now < self._next:
            return False
        self._next = now + self._seconds
        return self._job()
