"""The web server as an installation runs it: made once and forked, workers are replaced, reloaded and ended."""

import contextlib
import gc
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.app import create_app
from portal.cli.serve import Server, gunicorn_options

SECONDS = 60


class Running:
    """`portal serve` with two workers, on a port of its own."""

    def __init__(self, log: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = log
        with log.open("w") as output:
            command = [sys.executable, "-m", "portal", "serve", "--port", str(self.port), "--workers", "2", "--threads", "2"]
            self.process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)

    def status(self, path: str = "/readyz") -> int | None:
        """Give the status of an answer; None where nobody answers."""
        with contextlib.suppress(OSError):
            try:
                asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Host": "localhost"})
                with urllib.request.urlopen(asked, timeout=30) as answer:
                    return answer.status
            except urllib.error.HTTPError as error:
                return error.code
        return None

    def workers(self) -> set[int]:
        """Give the ids of the worker processes."""
        told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False)
        return set(map(int, told.stdout.split()))

    def wait(self, come: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS
        while not come():
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() < deadline, self.log.read_text()[-3000:]
            time.sleep(0.05)

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it as a service manager does; give its exit status."""
        self.process.send_signal(number)
        return self.process.wait(SECONDS)


@pytest.fixture
def running(environment, tmp_path):
    """A server that answers."""
    made = Running(tmp_path / "log")
    try:
        made.wait(lambda: made.status() == 200 and len(made.workers()) == 2)
        yield made
    finally:
        made.process.kill()  # its workers end when they see it gone
        made.process.wait(SECONDS)


@pytest.fixture
def collector():
    """The garbage collector, which a server sets for itself, as it was before."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_a_worker_that_is_killed_is_replaced(running):
    killed, other = sorted(running.workers())
    os.kill(killed, signal.SIGKILL)
    running.wait(lambda: len(running.workers() - {killed}) == 2)
    assert other in running.workers()
    assert answers(running) == {200}


def test_a_reload_replaces_every_worker_and_goes_on_answering(running):
    before = running.workers()
    running.process.send_signal(signal.SIGHUP)
    running.wait(lambda: len(running.workers()) == 2 and not running.workers() & before)
    assert answers(running) == {200}


def test_the_end_is_orderly_and_takes_the_workers_along(running):
    workers = running.workers()
    assert running.end() == 0
    assert running.status() is None
    assert not [worker for worker in workers if Path(f"/proc/{worker}").exists()]


def answers(running: Running) -> set[int | None]:
    """Ask more often at once than one worker has threads; each answer writes to the database and takes it back."""
    with ThreadPoolExecutor(8) as threads:
        return set(threads.map(lambda _: running.status(), range(24)))


def test_no_connection_is_made_before_there_are_workers(settings):
    made = create_app(settings).extensions["database"]
    assert made.engine.pool.checkedin() + made.engine.pool.checkedout() == 0


@pytest.mark.one_database
def test_a_reload_makes_the_application_anew(settings, collector):
    server = Server(settings, gunicorn_options(host="127.0.0.1", port=0, workers=1, threads=1))
    first = server.wsgi()
    assert server.wsgi() is first
    server.reload()
    assert server.wsgi() is not first
