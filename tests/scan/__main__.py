"""Scan the signed-in application with wapiti and schemathesis, as an operator and as a customer's owner.

    python -m tests.scan [--seconds 360] [--tools DIRECTORY] [--keep DIRECTORY]

The scanners are fetched by pip into an environment of their own (Python 3.12 or newer), which `--tools` keeps for the next
time. All runs on loopback, over a fresh SQLite database. The command ends with 1 when anything was found.
"""

import argparse
import logging
import sys
import tempfile
from pathlib import Path

from portal import logs
from tests.scan import description, stage, tools


def main() -> int:
    """Run both scanners on both sides; the seconds are divided between the four."""
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--seconds", type=int, default=360)
    wanted.add_argument("--tools", type=Path, help="where the scanners are kept")
    wanted.add_argument("--keep", type=Path, help="where the reports are kept")
    asked = wanted.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-scan-") as directory:
        place = asked.keep or Path(directory)
        place.mkdir(parents=True, exist_ok=True)
        programs = tools.fetch((asked.tools or Path(directory) / "tools").resolve())
        with stage.raised(Path(directory)) as raised:
            logs.configure("plain", level=logging.ERROR)
            found = scan(programs, raised, place.resolve(), asked.seconds // 4)
    print("\n".join(found) if found else "Nothing was found.")
    return int(bool(found))


def scan(programs: Path, raised: stage.Stage, place: Path, seconds: int) -> list[str]:
    """Give all findings, and what the server itself says broke."""
    found = []
    for visitor in raised.visitors:
        described = description.describe(raised, visitor)
        print(f"As the visitor of {visitor.home}: {sum(map(len, described['paths'].values()))} routes", flush=True)
        found += tools.schemathesis(programs, raised, visitor, described, place, seconds)
        found += tools.wapiti(programs, raised, visitor, place, seconds)
        if not visitor.still_in():
            found.append(f"The session of {visitor.home} ended while it was scanned with: the rest was not looked at.")
    return found + [f"the server: {line[:400]}" for line in raised.faults()]


if __name__ == "__main__":
    sys.exit(main())
