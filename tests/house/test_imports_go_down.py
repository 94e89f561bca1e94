"""Imports go down the one staircase: values <- model <- domain <- web, worker, cli; gateways <- worker, cli, app.py."""

import ast
from pathlib import Path

import pytest

import portal

ROOT = Path(portal.__file__).parent
FLOORS = ("values", "model", "domain", "gateways", "web", "api", "worker", "cli")

# What each floor may know of the others. The single modules beside them: db, settings, paths, logs are for everybody but
# values, model and domain; app joins all.
BELOW = {
    "values": set(),
    "model": {"values"},
    "domain": {"values", "model"},
    "gateways": {"values"},
    "web": {"values", "model", "domain", "paths", "db", "settings", "migrations"},
    "api": {"values", "model", "domain", "paths", "db", "settings", "migrations"},
    "worker": {"values", "model", "domain", "gateways", "paths", "db", "settings", "logs", "migrations"},
    "cli": {"values", "model", "domain", "gateways", "paths", "db", "settings", "logs", "migrations", "app", "worker"},
    "db": set(),
    "settings": set(),
    "paths": set(),
    "logs": set(),
    "migrations": {"model", "values", "db", "paths", "settings"},
}

# Single stairs that are there for a reason.
STAIRS = {
    ("portal.domain.letters.words", "paths"): "so are the words that they come with",
    ("portal.domain.letters.rendering", "paths"): "letters are templates, and the templates' place is known to paths alone",
}

OUTSIDE = {
    "values": {"flask", "sqlalchemy", "wtforms", "jinja2", "click"},
    "model": {"flask", "wtforms", "jinja2", "click"},
    "domain": {"flask", "flask_login", "flask_wtf", "wtforms", "click", "smtplib", "aiosmtpd", "socket", "http"},
    "gateways": {"flask", "sqlalchemy", "wtforms"},
}


def modules():
    return sorted(ROOT.rglob("*.py"))


def name_of(path: Path) -> str:
    return ".".join(("portal", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")


def floor_of(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


def imported(path: Path) -> set[str]:
    """Name all that a module imports, where it says `from portal.x import y` the y too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} imports relatively: write the whole name, so that the direction is seen"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_imports_only_from_below(path):
    name = name_of(path)
    floor = floor_of(name)
    if floor in {"", "app", "__main__"} or name == "portal":
        return
    for other in imported(path) - {"portal.__version__"}:
        if not other.startswith("portal.") or floor_of(other) in {floor, *BELOW[floor]}:
            continue
        if (name, floor_of(other)) in STAIRS:
            continue
        pytest.fail(
            f"{name} imports {other}. {floor} may know {', '.join(sorted(BELOW[floor])) or 'nothing else of ours'}: "
            "move the line down, or hand the thing in."
        )


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_floor_keeps_the_outside_out(path):
    floor = floor_of(name_of(path))
    strangers = {other.split(".")[0] for other in imported(path)} & OUTSIDE.get(floor, set())
    assert not strangers, f"{name_of(path)} imports {', '.join(strangers)}: the {floor} does not know it; the edge parses, sends and shows"


@pytest.mark.parametrize("path", [path for path in modules() if floor_of(name_of(path)) in {"domain", "model", "values"}], ids=name_of)
def test_the_domain_never_commits(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = ast.unparse(node.func)
            assert called not in {"session.commit", "session.rollback", "db.commit", "db.rollback"}, (
                f"{name_of(path)}:{node.lineno} calls {called}: the edge commits; for a part that may fail use session.begin_nested()"
            )


@pytest.mark.parametrize("path", [path for path in modules() if path.parent.name != "versions"], ids=name_of)
def test_a_module_fits_in_the_head(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= 300, f"{name_of(path)} has {lines} lines: make it a folder of the same name with the same public functions"


def test_no_module_is_a_drawer():
    drawers = {"utils", "util", "helpers", "helper", "misc", "common", "v2", "shared"}
    for path in modules():
        assert path.stem not in drawers, f"{path.relative_to(ROOT)}: name it after the noun it is about"
