"""The list of claimed requirements is whole, and every test that it names is there."""

import ast
from functools import cache
from pathlib import Path

from tests.house.asvs import CLAIMED, DOES_NOT_APPLY, SHOWN

TESTS = Path(__file__).resolve().parents[1]


def ids(text: str) -> list[str]:
    """Write out a range: "3.3.1-2" is 3.3.1 and 3.3.2."""
    head, _, last = text.partition("-")
    stem, _, first = head.rpartition(".")
    return [f"{stem}.{number}" for number in range(int(first), int(last or first) + 1)]


@cache
def functions(module: str) -> set[str]:
    path = TESTS.joinpath(*module.split(".")).with_suffix(".py")
    assert path.exists(), f"there is no {path.relative_to(TESTS.parent)}"
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


def test_every_claimed_requirement_is_answered_once():
    claimed = [one for text in CLAIMED.split() for one in ids(text)]
    answered = [one for text in (*SHOWN, *DOES_NOT_APPLY) for one in ids(text)]
    assert len(set(claimed)) == len(claimed)
    assert len(set(answered)) == len(answered), "answered twice"
    assert set(answered) == set(claimed), (
        f"open: {sorted(set(claimed) - set(answered))}, not claimed: {sorted(set(answered) - set(claimed))}"
    )


def test_every_test_that_shows_one_is_there():
    gone = [
        f"{requirement}: {name}"
        for requirement, names in SHOWN.items()
        for name in names
        for module, _, function in [name.partition("::")]
        if f"test_{function}" not in functions(module)
    ]
    assert not gone, "\n".join(gone)


def test_what_does_not_apply_says_why():
    assert all(len(reason.split()) >= 5 and reason.endswith(".") for reason in DOES_NOT_APPLY.values())
