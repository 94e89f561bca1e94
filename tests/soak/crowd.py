"""Several processes at once, each doing a piece of work, forked from one that has everything loaded."""

import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
FORKED = multiprocessing.get_context("fork")
SECONDS = 600


class Member:
    """A process at work from the start; `answer` waits for what its work gave, `kill` ends it in the middle."""

    def __init__(self, work: Callable[[], object]):
        self._ours, theirs = FORKED.Pipe(duplex=False)
        self.process = FORKED.Process(target=_do, args=(work, theirs), daemon=True)
        self.process.start()
        theirs.close()

    def answer(self) -> object:
        """Wait for the work to be done.

        :raises RuntimeError: when it failed, or the process died.
        """
        if not self._ours.poll(SECONDS):
            raise RuntimeError("a process did not answer in time")
        try:
            done, what = self._ours.recv()
        except EOFError:
            raise RuntimeError("a process died") from None
        self.process.join()
        if not done:
            raise RuntimeError(what)
        return what

    def kill(self) -> None:
        """Kill -9, and wait until it is gone."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.join()
        self._ours.close()


def _do(work: Callable[[], object], pipe) -> None:
    try:
        pipe.send((True, work()))
    except BaseException:
        pipe.send((False, traceback.format_exc()))


def crowd(works: Iterable[Callable[[], T]]) -> list[T]:
    """Do all works at once, a process each; give what each gave."""
    members = [Member(work) for work in works]
    return [member.answer() for member in members]
