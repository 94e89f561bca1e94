"""A fair lock around SQLite's write transactions, for threads and processes.

SQLite's own busy handler sleeps without a queue, so some writers starve for seconds. Here the threads of a process hand
the lock on in the order they came, and between processes the kernel wakes those who wait in turn. A process that dies,
however it dies, holds nothing any more.
"""

import _thread
import fcntl
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.exc import OperationalError

HANDING_ON_SECONDS = 0.025  # so long the threads of one process hand the lock on before other processes are let in


class WriteLockTimeout(OperationalError):
    """Others held SQLite's write lock for too long."""

    def __init__(self, cause: BaseException | None = None):
        super().__init__("BEGIN IMMEDIATE", None, cause or TimeoutError("another writer is at work"))


class Turn:
    """One writer's place in the queue; once `come`, its hold on the lock."""

    __slots__ = ("come", "fault")

    def __init__(self):
        self.come = threading.Lock()
        self.come.acquire()
        self.fault: BaseException | None = None


class WriteLock:
    """A lock on the file `path` (flock), with a queue within the process and, by a second file, one between processes.

    A lock that is given back is free for a moment before whom the kernel wakes has it, and a busy process would snatch it
    time and again. So everybody takes the second file's lock first, holds it while waiting for the real one, and lets it
    go then: who comes later stands behind.

    The kernel's wait has no deadline, therefore a thread of its own waits there, one for a process at most; whoever gives
    up merely leaves the queue.
    """

    def __init__(self, path: Path):
        self.path = path
        self._descriptors: set[int] = set()
        self._begin()
        _locks.add(self)

    def take(self, seconds: float) -> Turn:
        """Wait for the lock; whoever has the turn gives it back.

        :raises WriteLockTimeout: when it was not free within `seconds`.
        """
        turn = Turn()
        try:
            self._settle(self._join, turn)
            came = turn.come.acquire(timeout=seconds)
        except BaseException:
            self.give_back(turn)
            raise
        if not came:
            self.give_back(turn)
            raise WriteLockTimeout
        if turn.fault is not None:
            raise turn.fault
        return turn

    def give_back(self, turn: Turn) -> None:
        """End a turn; one that has ended already is no fault."""
        self._settle(self._leave, turn)

    @property
    def waiting(self) -> int:
        """How many threads of this process wait for their turn."""
        return len(self._queue)

    def forget(self) -> None:
        """Begin anew in a forked child: what its parent holds or waits for is not its own."""
        for descriptor in self._descriptors:
            os.close(descriptor)  # not unlocked: the lock is the parent's, who has the same open file
        self._descriptors.clear()
        self._begin()

    def _begin(self) -> None:
        self._settling = threading.Lock()
        self._events: deque[tuple[Callable, object]] = deque()
        self._queue: deque[Turn] = deque()
        self._holder: Turn | None = None
        self._held: int | None = None
        self._held_since = 0.0
        self._in_kernel = False

    def _settle(self, act: Callable, subject: object) -> None:
        """Deal with what happened, or leave it to the thread that is just dealing with something.

        Nobody waits here, for a turn is also given back by the garbage collector, in whichever thread it runs and in the
        middle of these very lines.
        """
        self._events.append((act, subject))
        while self._events and self._settling.acquire(blocking=False):
            try:
                while self._events:
                    act, subject = self._events.popleft()
                    act(subject)
                    self._advance()
            finally:
                self._settling.release()

    def _join(self, turn: Turn) -> None:
        self._queue.append(turn)

    def _leave(self, turn: Turn) -> None:
        if self._holder is turn:
            self._holder = None
        elif turn in self._queue:
            self._queue.remove(turn)

    def _arrive(self, descriptor: int) -> None:
        self._in_kernel = False
        self._held, self._held_since = descriptor, time.monotonic()

    def _fail(self, fault: BaseException) -> None:
        self._in_kernel = False
        while self._queue:
            turn = self._queue.popleft()
            turn.fault = fault
            turn.come.release()

    def _advance(self) -> None:
        """Give the lock to whoever is next, in this process or another."""
        if self._holder is not None:
            return
        if self._held is not None and (not self._queue or time.monotonic() - self._held_since > HANDING_ON_SECONDS):
            self._unlock(self._held)
            self._held = None
        if self._queue and self._held is None and not self._in_kernel:
            try:
                self._ask()
            except (OSError, RuntimeError) as fault:  # no descriptor, no directory, no thread to be had
                self._fail(fault)
        if self._queue and self._held is not None:
            self._holder = self._queue.popleft()
            self._holder.come.release()

    def _ask(self) -> None:
        """Lock the file at once when it is free; else have a thread wait for it."""
        gate, descriptor = self._open(".queue"), None
        try:
            fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
            descriptor = self._open()
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._wait_apart(gate, descriptor)
        except BaseException:
            self._unlock(gate, descriptor)
            raise
        else:
            self._unlock(gate)
            self._arrive(descriptor)

    def _wait_apart(self, gate: int, descriptor: int | None) -> None:
        try:
            _thread.start_new_thread(self._wait, (gate, descriptor))  # threading.Thread.start() would wait until it runs
        except BaseException:
            self._unlock(gate, descriptor)
            raise
        self._in_kernel = True

    def _wait(self, gate: int, descriptor: int | None) -> None:
        """Wait in the kernel, without a deadline; who has given up by then is not in the queue any more."""
        try:
            fcntl.flock(gate, fcntl.LOCK_EX)
            if descriptor is None:
                descriptor = self._open()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as fault:
            self._unlock(gate, descriptor)
            self._settle(self._fail, fault)
        else:
            self._unlock(gate)
            self._settle(self._arrive, descriptor)

    def _open(self, ending: str = "") -> int:
        descriptor = os.open(f"{self.path}{ending}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._descriptors.add(descriptor)
        return descriptor

    def _unlock(self, *descriptors: int | None) -> None:
        """Unlock, which closing alone does not while a child that was just forked has the file open too."""
        for descriptor in descriptors:
            if descriptor is not None:
                self._descriptors.discard(descriptor)
                fcntl.flock(descriptor, fcntl.LOCK_UN)
                os.close(descriptor)


_locks: weakref.WeakSet[WriteLock] = weakref.WeakSet()


def _forget_all() -> None:
    for lock in list(_locks):
        lock.forget()


os.register_at_fork(after_in_child=_forget_all)
