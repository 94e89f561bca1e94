"""The scanners: fetched into an environment of their own, run for a bounded time, their findings read back."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.scan.stage import Stage, Visitor

PACKAGES = ("wapiti3>=3.2.3", "schemathesis>=4.32")
MODULES = "xss,permanentxss,sql,timesql,redirect,csrf,crlf,exec,file"
NOT_FOLLOWED = ("sign-out", "console/settings/security", "console/profile/sessions", "account/access/sessions", "viewing")
COUNTS = ("Selected:", "Tested:", "Skipped:", "- Time limit")
NEWEST_FIRST = ("python3.14", "python3.13", "python3.12")


class NoTools(RuntimeError):
    """The scanners cannot be had here."""


def fetch(place: Path) -> Path:
    """Make the environment at a place, unless it is there; give its bin directory.

    :raises NoTools: without Python 3.12 or newer, which wapiti needs, or when pip cannot fetch them.
    """
    programs = place / "bin"
    if not (programs / "wapiti").exists():
        _run([_python(), "-m", "venv", str(place)])
        _run([str(programs / "pip"), "install", "--quiet", *PACKAGES])
    return programs


def wapiti(programs: Path, stage: Stage, visitor: Visitor, place: Path, seconds: int) -> list[str]:
    """Crawl and attack the pages of one side; give what was found, one line each."""
    report = place / f"wapiti-{visitor.side}.json"
    command = [
        *(str(programs / "wapiti"), "-u", f"{stage.url}{visitor.home}/", "--scope", "folder", "-m", MODULES),
        *("-C", visitor.cookies, "--flush-session", "--store-session", str(place / "wapiti")),
        *("--store-config", str(place / "wapiti-config"), "--max-scan-time", str(seconds // 2)),
        *("--max-attack-time", str(max(5, seconds // 2 // len(MODULES.split(","))))),
        *("--no-bugreport", "-v", "0", "-f", "json", "-o", str(report), "--max-links-per-page", "60", "-d", "6", "--skip", "csrf_token"),
    ]
    for part in NOT_FOLLOWED:
        command += ["-x", f"{stage.url}/{part}*"]
    try:
        subprocess.run(command, capture_output=True, timeout=seconds + 120, check=False, cwd=place)
    except subprocess.TimeoutExpired:
        return [f"wapiti, {visitor.home}: it did not end in time, so it told nothing. Give it more seconds."]
    if not report.exists():
        raise NoTools("wapiti wrote no report")
    told = json.loads(report.read_text())
    print(f"  wapiti crawled {told['infos']['crawled_pages_nbr']} addresses of {visitor.home}", flush=True)
    return [
        f"wapiti, {kind}: {one['method']} {one['path']} {one.get('parameter') or ''}: {one['info']}"
        for part in ("vulnerabilities", "anomalies", "additionals")
        for kind, found in told[part].items()
        for one in found
    ]


def schemathesis(programs: Path, stage: Stage, visitor: Visitor, description: dict, place: Path, seconds: int) -> list[str]:
    """Send each route of one side what its description allows, and what it does not; give each answer that is a server's error."""
    document, report = place / f"{visitor.side}.json", place / f"schemathesis-{visitor.side}.json"
    document.write_text(json.dumps(description))
    command = [
        *(str(programs / "schemathesis"), "run", str(document), "--url", stage.url, "-H", f"Cookie: {visitor.cookies}"),
        *("--checks", "not_a_server_error", "--continue-on-failure", "--phases", "fuzzing", "--max-examples", "12", "--seed", "1"),
        *("--max-time", str(seconds), "--max-redirects", "0", "--suppress-health-check", "all", "--warnings", "off", "--no-color"),
        *("--no-shrink", "--report", "json", "--report-json-path", str(report)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 180, check=False, cwd=place)
    (place / f"schemathesis-{visitor.side}.txt").write_text(done.stdout + done.stderr)
    lines = done.stdout.splitlines()
    print("\n".join(f"  {line.strip()}" for line in lines if line.strip().startswith(COUNTS) or " generated, " in line), flush=True)
    if done.returncode == 0:
        return []
    return [
        f"schemathesis, {visitor.side}: {line.strip()}" for line in lines if line.startswith("____") or "Server error" in line
    ] or lines[-40:]


def _python() -> str:
    """Find a Python that wapiti runs on; one that only stands for a version that is not installed does not count."""
    if sys.version_info >= (3, 12):
        return sys.executable
    kept = sorted((Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions").glob("3.1[2-9]*/bin/python"), reverse=True)
    for found in (*filter(None, map(shutil.which, NEWEST_FIRST)), *map(str, kept)):
        if subprocess.run([found, "-c", "import ensurepip"], capture_output=True, check=False).returncode == 0:
            return found
    raise NoTools("wapiti needs Python 3.12 or newer: none was found on the PATH")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoTools(f"{' '.join(command)}: {done.stderr[-2000:]}")
