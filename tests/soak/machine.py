"""The two machines that hold the ledger against a small model, one in the domain and one through the console, for longer."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.soak.office import Outcome, unless

ROOT = Path(__file__).resolve().parents[2]
MACHINES = ("tests/domain/ledger/test_machine.py", "tests/web/console/test_wallet_machine.py")


def run(backend: str, *, stories: int = 100, steps: int = 30) -> Outcome:
    """Tell so many stories on each machine."""
    told = {"PORTAL_MACHINE_STORIES": str(stories), "PORTAL_MACHINE_STEPS": str(steps)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "timeout=0", f"--database={backend}", *MACHINES]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | told, capture_output=True, text=True, check=False)
    passed = re.search(r"(\d+) passed", done.stdout)
    figures = {"machines": len(MACHINES), "stories each": stories, "steps": steps, "held": int(passed.group(1)) if passed else 0}
    return Outcome(figures, unless(done.returncode == 0, done.stdout[-3000:]))
