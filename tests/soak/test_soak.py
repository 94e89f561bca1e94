"""The long trials, short: the command that runs them says that nothing is wrong, and says so where something is."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.soak import mutants

ROOT = Path(__file__).parents[2]


def soak(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "tests.soak", *arguments]
    patient = os.environ | {"PORTAL_SOAK_PATIENT": "1"}
    return subprocess.run(command, cwd=cwd, env=patient, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture
def trial(database):
    """Run a trial on the database; give its figures."""

    def run(name: str, **counts: object) -> dict[str, int]:
        url = database.url.render_as_string(hide_password=False)
        done = soak(name, "--url", url, *(f"--{count}={value}" for count, value in counts.items()))
        assert done.returncode == 0, done.stdout + done.stderr
        return {what: int(figure) for what, figure in re.findall(r"([a-z][a-z, ]*?) (\d+)(?=,|$)", done.stdout.split(" s: ", 1)[1].strip())}

    return run


def test_credit_that_is_moved_between_wallets_adds_up_at_every_moment(trial):
    found = trial("bank", writers=4, each=12, wallets=5)
    assert (found["calls"], found["failed"], found["wrong snapshots"], found["drift"]) == (48, 0, 0, 0)
    assert found["snapshots"] > 0


def test_what_was_acknowledged_to_writers_that_are_killed_is_there(trial):
    found = trial("kills", writers=3, kills=6)
    assert (found["kills"], found["lost"], found["drift"]) == (9, 0, 0)
    assert found["acknowledged"] > 0


def test_workers_whose_clocks_jump_end_credit_once_and_on_its_day(trial):
    found = trial("clocks", workers=3, rounds=8, grants=12)
    assert (found["early"], found["late"], found["twice"], found["failed"]) == (0, 0, 0, 0)
    assert found["ended"] > 0


@pytest.fixture(scope="module")
def copy():
    with mutants.copied() as made:
        yield made


@pytest.mark.parametrize(
    ("gone", "trial", "seen_on_sqlite"),
    [
        ("the guard of the floor is gone", ("bank", "--writers=2", "--each=15", "--wallets=3", "--credit=100"), True),
        ("the key is not looked up", ("keys", "--writers=2", "--keys=5"), True),
        ("the balance is read apart", ("adjusts", "--writers=4", "--each=40"), False),  # there is one writer at a time
    ],
)
def test_a_trial_tells_when_a_safeguard_is_gone(database, copy, gone, trial, seen_on_sqlite):
    mutant = next(mutant for mutant in mutants.MUTANTS if mutant.name == gone)
    with mutants.mutated(copy, mutant):
        done = soak(*trial, "--url", database.url.render_as_string(hide_password=False), cwd=copy)
    assert ("WRONG: " in done.stdout) == (seen_on_sqlite or database.dialect == "postgresql"), done.stdout + done.stderr


def test_the_command_fails_where_something_is_wrong():
    done = soak("mutants", "--database=sqlite", "--only=no mutant has this name")
    assert done.returncode == 1
    assert "WRONG: no such mutant" in done.stdout
