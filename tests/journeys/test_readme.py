"""The README's first command, pasted as it stands into a clean copy of the repository."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SHIPPED = ("pyproject.toml", "README.md", "portal", "templates", "static")


def command_under(heading: str) -> str:
    """Give the first indented line under a heading of the README."""
    section = (REPOSITORY / "README.md").read_text().split(f"## {heading}\n", 1)[1]
    return re.search(r"^    (\S.*)$", section, re.M).group(1)


@pytest.fixture
def clean_copy(tmp_path) -> Path:
    """A copy of what the repository holds, without anything that was built or installed in it."""
    made = tmp_path / "checkout"
    for name in SHIPPED:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, made / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            made.mkdir(exist_ok=True)
            shutil.copy(source, made / name)
    return made


def fetch(url: str) -> str:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(url, timeout=10) as answer:
        assert answer.status == 200
        return answer.read().decode()


def test_the_first_command_brings_the_demo_up_from_the_built_wheel(clean_copy, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = f"{command_under('Look around')} --port {port} --data {tmp_path / 'data'}"
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("PORTAL_", "VIRTUAL_ENV", "PYTHON"))}
    log = tmp_path / "log"
    with log.open("w") as output:
        demo = subprocess.Popen(
            ["bash", "-c", command], cwd=clean_copy, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        wait_until_up(demo, log)
        look_around(f"http://127.0.0.1:{port}", log.read_text())
        installed = next(clean_copy.glob(".venv/lib/python3*/site-packages/portal"))
        assert (installed / "templates" / "layouts" / "page.html").exists()
        assert (installed / "static" / "css" / "tokens.css").exists()
    finally:
        os.killpg(demo.pid, signal.SIGINT)
        try:
            demo.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(demo.pid, signal.SIGKILL)
            raise
    assert "Stopped. The data is kept" in log.read_text()


def wait_until_up(demo: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 240
    while "Portal is up" not in log.read_text():
        assert demo.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.5)


def look_around(address: str, said: str) -> None:
    """Open what the demo names, styles included."""
    page = fetch(f"{address}/sign-in")
    assert "Your email address" in page
    assert "--paper" in fetch(address + re.search(r'href="(/assets/app\.[^"]+\.css)"', page).group(1))
    assert "Take your place" in fetch(re.search(r"http\S+/sign-in/invite/\S+", said).group(0))
    assert fetch(f"{address}/readyz") == "ready\n"


def test_ci_runs_the_readmes_test_command():
    assert command_under("Run the tests").endswith("pytest -n 2")
    assert "README.md" in (REPOSITORY / ".ci" / "run").read_text()
