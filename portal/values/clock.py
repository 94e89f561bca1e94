"""The one place that says what time it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_source: Callable[[], datetime] | None = None


def now() -> datetime:
    """Say the time: aware, UTC, in microseconds."""
    if _source is None:
        return datetime.now(UTC)
    return _source().astimezone(UTC)


def set_clock(source: Callable[[], datetime] | None) -> None:
    """Take the time from `source`, which answers an aware datetime; None is the real clock again."""
    global _source
    _source = source


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Hold the clock of this process at an aware datetime."""
    before = _source
    set_clock(lambda: at)
    try:
        yield at
    finally:
        set_clock(before)
