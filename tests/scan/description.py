"""A description of the HTML routes in OpenAPI's words, made of the route map and of the forms and links that the pages show."""

from collections import defaultdict
from urllib.parse import parse_qsl, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule

from tests.page_client import Page, fields
from tests.scan.stage import Stage, Visitor

LEFT_OUT = {
    "static",
    "sign_in.destroy",  # they end the very session that is scanned with, or lead it somewhere else for good
    "console.settings.security.update",
    "console.viewing.create",
    "console.imports.create",  # wants a file
    "sign_in.go_to_provider",  # the provider is nowhere, and 503 says so
}
MOST_FIELDS = 60
ANY_TEXT = {"type": "string", "maxLength": 400}

Fields = dict[tuple[str, str], dict[str, set[str]]]


def describe(stage: Stage, visitor: Visitor) -> dict:
    """Give the OpenAPI document of what one side's visitor can ask for: their own side, and all that is public."""
    found = _fields(stage, visitor)
    paths: dict[str, dict] = defaultdict(dict)
    for rule in stage.app.url_map.iter_rules():
        if rule.endpoint in LEFT_OUT or not str(rule).startswith((visitor.home, "/sign-in", "/links", "/verify")):
            continue
        for method in sorted(rule.methods & {"GET", "POST"}):
            paths[_path(rule)][method.lower()] = _operation(rule, method, found[rule.endpoint, method], stage, visitor)
    return {"openapi": "3.1.0", "info": {"title": "Pages", "version": "1"}, "paths": paths}


def _fields(stage: Stage, visitor: Visitor) -> Fields:
    """Read the names that forms and links send, with the values they have, from every page that opens."""
    found: Fields = defaultdict(lambda: defaultdict(set))
    adapter = stage.app.url_map.bind("127.0.0.1")
    for rule in stage.app.url_map.iter_rules():
        if "GET" not in rule.methods or not str(rule).startswith((visitor.home, "/sign-in", "/verify")):
            continue
        known = {name: stage.ids.get(name, ["x"])[0] for name in rule.arguments}
        answer = visitor.browser.get(adapter.build(rule.endpoint, known))
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        page = Page(answer)
        for form in page.find_all("form"):
            sent = fields(form) | {
                button.get("name"): button.get("value", "")
                for button in form.iter("button")
                if isinstance(button.tag, str) and button.get("name")
            }
            _note(found, adapter, form.get("action") or answer.request.path, (form.get("method") or "get").upper(), sent)
        for link in page.find_all("a"):
            _note(found, adapter, link.get("href") or "", "GET", dict(parse_qsl(urlsplit(link.get("href") or "").query)))
    return found


def _note(found: Fields, adapter, target: str, method: str, sent: dict) -> None:
    try:
        endpoint, _ = adapter.match(urlsplit(target).path, method=method)
    except (HTTPException, RequestRedirect):
        return
    for name, value in list(sent.items())[:MOST_FIELDS]:
        found[endpoint, method][name] |= set(value) if isinstance(value, list) else {value}


def _path(rule: Rule) -> str:
    path = str(rule)
    for name, converter in rule._converters.items():
        kind = {"UUIDConverter": "uuid:", "PathConverter": "path:", "IntegerConverter": "int:"}.get(type(converter).__name__, "")
        path = path.replace(f"<{kind}{name}>", f"{{{name}}}").replace(f"<string:{name}>", f"{{{name}}}")
    return path


def _operation(rule: Rule, method: str, sent: dict[str, set[str]], stage: Stage, visitor: Visitor) -> dict:
    described = {
        "operationId": f"{rule.endpoint}.{method.lower()}",
        "parameters": [_parameter("path", name, _segment(name, stage)) for name in rule._converters],
        "responses": {"default": {"description": "A page, or the way to one."}},
    }
    if method == "GET":
        described["parameters"] += [_parameter("query", name, _value(values)) for name, values in sent.items()]
        return described
    properties = {name: _value(values) for name, values in sent.items()} | {"csrf_token": {"enum": [visitor.token]}}
    form = {"type": "object", "properties": properties, "required": ["csrf_token"]}
    described["requestBody"] = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}}
    return described


def _parameter(place: str, name: str, schema: dict) -> dict:
    return {"in": place, "name": name, "required": place == "path", "schema": schema}


def _segment(name: str, stage: Stage) -> dict:
    """Describe a part of the path: ids that lead somewhere, to a neighbour, nowhere; or any text."""
    if name.endswith("_id"):
        return {"enum": [str(one) for one in (*stage.ids.get(name, []), *stage.ids["nowhere"])]}
    return {"anyOf": [{"enum": [str(one) for one in stage.ids.get(name, ["x"])]}, {"type": "string", "minLength": 1, "maxLength": 100}]}


def _value(values: set[str]) -> dict:
    """Describe a field: a value that it has on a page, or any text."""
    shown = sorted(values - {""})[:20]
    return {"anyOf": [{"enum": shown}, ANY_TEXT]} if shown else ANY_TEXT
