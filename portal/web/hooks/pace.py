"""How often one network may knock. Counted in this process alone, so that a flood costs no write."""

import math
import threading
import time
from collections.abc import Callable

from portal.domain.throttles import network

MOST_NETWORKS = 10_000


class Pace:
    """A bucket for each network: it holds a minute's knocks, and fills again evenly."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic):
        self._size, self._clock = per_minute, clock
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def wait(self, ip: str) -> int:
        """Count a knock and give 0, or the whole seconds until there may be one."""
        where, now, rate = network(ip), self._clock(), self._size / 60
        with self._lock:
            left, at = self._buckets.get(where, (float(self._size), now))
            left = min(self._size, left + (now - at) * rate)
            if left < 1:
                return max(1, math.ceil((1 - left) / rate))
            if len(self._buckets) >= MOST_NETWORKS:
                self._buckets.clear()
            self._buckets[where] = (left - 1, now)
            return 0
