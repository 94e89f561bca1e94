"""Templates: data is escaped, nothing runs or is styled in the page itself, forms carry our token, links stay ours."""

import ast
import re
from pathlib import Path

import pytest

import portal
from portal.paths import TEMPLATES

PAGES = sorted(path for path in TEMPLATES.rglob("*.html"))
MAIL = ("emails/", "layouts/email")
MODULES = sorted(Path(portal.__file__).parent.rglob("*.py"))
DRAWN_HERE = {"components/icon.html": "drawings[name]|safe"}  # markup that the same file holds, chosen by a name
EXTENDED = set(re.findall(r'extends "([^"]+)"', "".join(path.read_text(encoding="utf-8") for path in PAGES)))
SAFE = re.compile(r"""(?P<before>\S?)\s*\|\s*safe\b""")


def name_of(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


def on_the_web() -> list[Path]:
    """All templates but those of mail, whose readers have no style sheet."""
    return [path for path in PAGES if not name_of(path).startswith(MAIL)]


def lines_with(pattern: str, text: str) -> list[int]:
    return [text.count("\n", 0, found.start()) + 1 for found in re.finditer(pattern, text, re.IGNORECASE)]


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_no_data_is_marked_as_safe(path):
    text = path.read_text(encoding="utf-8")
    if name_of(path) in DRAWN_HERE:
        text = text.replace(DRAWN_HERE[name_of(path)], "")
    for found in SAFE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        assert found["before"] in {"'", '"'}, (
            f"{name_of(path)}:{line}: |safe on anything but a piece of markup written there lets data be markup"
        )
    assert "autoescape false" not in text, f"{name_of(path)} switches escaping off"


@pytest.mark.parametrize("path", on_the_web(), ids=name_of)
def test_nothing_is_styled_or_run_in_the_page(path):
    text = path.read_text(encoding="utf-8")
    for pattern, mend in (
        (r"\sstyle\s*=", "a class of static/css"),
        (r"<style\b", "a file of static/css"),
        (r"<script\b(?![^>]*\ssrc=)", "a module of static/js"),
        (r"\son[a-z]+\s*=\s*[\"']", "a listener in static/js"),
        (r"javascript:", "a form or a link"),
        (r"hx-on\b", "a listener in static/js"),
        (r"hx-vals\s*=\s*[\"']js:", "hidden fields"),
        (r"hx-(?:disable|ext)\b", "nothing: it switches a guard off"),
    ):
        assert not (found := lines_with(pattern, text)), f"{name_of(path)}:{found}: {pattern} is refused by the security policy; use {mend}"


@pytest.mark.parametrize("path", on_the_web(), ids=name_of)
def test_forms_that_post_carry_our_token(path):
    text = path.read_text(encoding="utf-8")
    for found in re.finditer(r"<form\b[^>]*method\s*=\s*[\"']?post.*?</form>", text, re.IGNORECASE | re.DOTALL):
        assert "csrf_token" in found[0], f"{name_of(path)}: a form posts without csrf_token; ui.form puts it in by itself"


@pytest.mark.parametrize("path", on_the_web(), ids=name_of)
def test_nothing_comes_from_elsewhere(path):
    text = path.read_text(encoding="utf-8")
    for attribute in ("src", "action", "srcset", "poster"):
        assert not lines_with(rf"\s{attribute}\s*=\s*[\"'](?:https?:)?//", text), f"{name_of(path)} takes something from another host"
    assert not lines_with(r"<link\b[^>]*href\s*=\s*[\"'](?:https?:)?//", text), f"{name_of(path)} takes something from another host"


@pytest.mark.parametrize("path", [path for path in on_the_web() if name_of(path) != "layouts/page.html"], ids=name_of)
def test_a_page_names_itself_and_stands_on_a_layout(path):
    text = path.read_text(encoding="utf-8")
    if text.lstrip().startswith("{#"):
        text = text.split("#}", 1)[1]
    if not text.lstrip().startswith("{% extends") or name_of(path) in EXTENDED:
        return
    assert "{% block title %}" in text or 'extends "layouts/customer.html"' in text, (
        f"{name_of(path)} has no title: write {{% block title %}}"
    )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(MODULES[0].parent)))
def test_code_makes_no_markup_of_data(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"Markup", "render_template_string"}:
            for argument in node.args:
                made_here = isinstance(argument, ast.Constant) or _escapes(path, node)
                assert made_here, f"{path.name}:{node.lineno}: {ast.unparse(node)[:80]} makes markup of data; escape it, or use a template"


def _escapes(path: Path, node: ast.AST) -> bool:
    """Tell whether the function around a call escapes what it puts together; who reads it looks closer."""
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef) and function.lineno <= node.lineno <= function.end_lineno:
            return any(guard in ast.unparse(function) for guard in ("escape(", "html_params("))
    return False


def test_every_template_can_be_read(app):
    for path in PAGES:
        app.jinja_env.get_template(name_of(path))
