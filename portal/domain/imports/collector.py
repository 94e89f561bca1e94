"""Python's garbage collector, out of the way of an import."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Leave cycles lying about while an import runs; for the worker's and the command line's processes, not for a server.

    An import makes millions of short-lived tuples and hardly a cycle. The collector would walk them, and all that is
    loaded, again and again: a seventh of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
