"""The write lock: first come, first served; no process is starved, and none that dies keeps it."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from portal.db import WriteLock, WriteLockTimeout

ROOT = Path(__file__).parents[2]
LONG = 30.0
HEAD = """
import os, sys, threading, time
from pathlib import Path

from portal.db import WriteLock, WriteLockTimeout

path = Path(sys.argv[1])
lock = WriteLock(path)
"""
HOLDS = "lock.take(30); print('held', flush=True); time.sleep(60)"
FORKS = "lock.take(30); os.fork() and print('held', flush=True); time.sleep(60)"
HAMMERS = """
def hammer():
    while True:
        turn = lock.take(30)
        time.sleep(0.002)
        lock.give_back(turn)

for _ in range(3):
    threading.Thread(target=hammer, daemon=True).start()
print('held', flush=True)
time.sleep(60)
"""
COUNTS = """
number = path.with_name('number')

def count():
    for _ in range(25):
        turn = lock.take(60)
        was = int(number.read_text())
        time.sleep(0)
        number.write_text(str(was + 1))
        lock.give_back(turn)

threads = [threading.Thread(target=count) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
FORKS_WHILE_HELD = """
turn = lock.take(30)
if (child := os.fork()) == 0:
    try:
        lock.take(0.2)
    except WriteLockTimeout:
        lock.give_back(turn)
        try:
            lock.take(0.2)
        except WriteLockTimeout:
            os._exit(7)
    os._exit(1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
lock.give_back(turn)
if (child := os.fork()) == 0:
    lock.give_back(lock.take(30))
    os._exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
"""
FORKS_WHILE_WAITING = """
threading.Thread(target=lock.take, args=(30,), daemon=True).start()
while not lock.waiting: time.sleep(0.01)
time.sleep(0.1)
if os.fork(): print('held', flush=True)
time.sleep(60)
"""


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "x.lock"


@pytest.fixture
def lock(path) -> WriteLock:
    return WriteLock(path)


@pytest.fixture
def start(path):
    """Start processes, each with a lock on the same file; they and their children are ended with the test."""
    started = []

    def start_one(work: str, *, until: str = "") -> subprocess.Popen:
        command = [sys.executable, "-c", HEAD + work, str(path)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True)
        started.append(process)
        if until:
            assert process.stdout.readline().strip() == until
        return process

    yield start_one
    for process in started:
        _end_all(process)
        process.wait()
        process.stdout.close()


def _end_all(process: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def until(true) -> None:
    """Wait for what another thread does."""
    end = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < end
        time.sleep(0.002)


def waiters(lock: WriteLock, names, came: list) -> list[threading.Thread]:
    """Have threads queue up one after the other; each notes its name when its turn comes."""

    def wait(name):
        turn = lock.take(LONG)
        came.append(name)
        lock.give_back(turn)

    threads = []
    for name in names:
        before = lock.waiting
        threads.append(threading.Thread(target=wait, args=(name,)))
        threads[-1].start()
        until(lambda wanted=before + 1: lock.waiting == wanted)
    return threads


def test_threads_come_in_the_order_they_asked(lock):
    held, came = lock.take(LONG), []
    threads = waiters(lock, range(8), came)
    lock.give_back(held)
    for thread in threads:
        thread.join(LONG)
    assert came == list(range(8))


def test_threads_behind_another_process_come_in_the_order_they_asked(lock, start):
    holder, came = start(HOLDS, until="held"), []
    threads = waiters(lock, range(4), came)
    assert came == []
    holder.kill()
    for thread in threads:
        thread.join(LONG)
    assert came == list(range(4))


def test_a_killed_process_frees_the_lock(lock, start):
    start(HOLDS, until="held").kill()
    lock.give_back(lock.take(LONG))


def test_a_child_that_outlives_a_killed_process_does_not_keep_its_lock(lock, start):
    start(FORKS, until="held").kill()
    lock.give_back(lock.take(LONG))


def test_a_child_does_not_keep_what_a_killed_process_waited_for(lock, start):
    held = lock.take(LONG)
    start(FORKS_WHILE_WAITING, until="held").kill()
    lock.give_back(held)
    lock.give_back(lock.take(LONG))


def test_a_forked_child_neither_has_nor_breaks_its_parents_lock(start):
    assert start(FORKS_WHILE_HELD).wait(LONG) == 0


def test_a_busy_process_lets_others_in(lock, start):
    start(HAMMERS, until="held")
    for _ in range(10):
        lock.give_back(lock.take(LONG))


def test_no_two_threads_of_any_process_are_in_at_once(path, start):
    number = path.with_name("number")
    number.write_text("0")
    for process in [start(COUNTS) for _ in range(3)]:
        assert process.wait(120) == 0
    assert number.read_text() == str(3 * 4 * 25)


def test_a_waiting_thread_gives_up_with_a_named_error_and_others_go_on(lock):
    held, came = lock.take(LONG), []

    def give_up():
        with pytest.raises(WriteLockTimeout):
            lock.take(0.3)
        came.append("gave up")

    gave_up = threading.Thread(target=give_up)
    gave_up.start()
    until(lambda: lock.waiting == 1)
    threads = waiters(lock, ["next"], came)
    gave_up.join(LONG)
    assert lock.waiting == 1
    lock.give_back(held)
    threads[0].join(LONG)
    assert came == ["gave up", "next"]


def test_a_process_that_gave_up_does_not_keep_what_it_waited_for(path, lock, start):
    holder = start(HOLDS, until="held")
    with pytest.raises(WriteLockTimeout):
        lock.take(0.2)
    holder.kill()
    other = WriteLock(path)
    other.give_back(other.take(LONG))
    lock.give_back(lock.take(LONG))


def test_a_turn_is_given_back_once(lock):
    first = lock.take(LONG)
    lock.give_back(first)
    second = lock.take(LONG)
    lock.give_back(first)
    with pytest.raises(WriteLockTimeout):
        lock.take(0)
    lock.give_back(second)


def test_a_lock_that_cannot_be_made_is_told_at_once(tmp_path):
    lock = WriteLock(tmp_path / "gone" / "x.lock")
    with pytest.raises(FileNotFoundError):
        lock.take(LONG)
    (tmp_path / "gone").mkdir()
    lock.give_back(lock.take(LONG))


def test_a_lock_file_that_was_removed_is_made_again(path, lock):
    lock.give_back(lock.take(LONG))
    path.unlink()
    held = lock.take(LONG)
    with pytest.raises(WriteLockTimeout):
        WriteLock(path).take(0.05)
    lock.give_back(held)
