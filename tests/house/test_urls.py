"""Addresses: small letters with hyphens, typed ids, nouns; one address for one thing."""

import re

from tests.house.test_permissions import map_of_all, routes_of  # noqa: F401

SEGMENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PARAMETER = re.compile(r"<(?:(?P<converter>[a-z]+):)?(?P<name>[a-z_]+)>")
TEXTS = {"token", "topic", "filename", "letter_name", "name", "code"}


def test_segments_are_small_letters_with_hyphens(map_of_all):  # noqa: F811
    for _, method, rule in routes_of(map_of_all):
        for segment in filter(None, PARAMETER.sub("", str(rule)).split("/")):
            assert SEGMENT.fullmatch(segment) or "." in segment, f"{method} {rule}: write “{segment}” in small letters with hyphens"


def test_ids_are_typed(map_of_all):  # noqa: F811
    for _, method, rule in routes_of(map_of_all):
        for found in PARAMETER.finditer(str(rule)):
            converter, name = found["converter"] or "string", found["name"]
            if str(rule).startswith("/mailbox"):
                continue  # the demo's mailbox names its mails as the catcher does
            if name == "id" or name.endswith("_id"):
                assert converter in {"uuid", "int"}, f"{method} {rule}: say what <{name}> is, as in <uuid:{name}>"
                assert name != "id", f"{method} {rule}: name the id after its noun, as in <uuid:contact_id>"
            else:
                assert converter in {"path", "int"} or name in TEXTS, f"{method} {rule}: <{name}> is neither an id nor one of {TEXTS}"


def test_an_act_is_a_noun(map_of_all):  # noqa: F811
    verbs = {
        "add",
        "create",
        "update",
        "delete",
        "remove",
        "save",
        "send",
        "archive",
        "restore",
        "adjust",
        "run",
        "cancel",
        "revoke",
        "end",
    }
    for _, method, rule in routes_of(map_of_all):
        last = str(rule).rstrip("/").rpartition("/")[2]
        assert last not in verbs, f"{method} {rule}: make the act a noun, as in POST …/archival"


def test_only_get_and_post_are_used_by_pages(map_of_all):  # noqa: F811
    for endpoint, method, rule in routes_of(map_of_all):
        assert method in {"GET", "POST"} or endpoint.startswith("api."), (
            f"{method} {rule}: a form without script can send GET and POST only"
        )


def test_no_two_routes_answer_one_request(map_of_all):  # noqa: F811
    seen = {}
    for endpoint, method, rule in routes_of(map_of_all):
        shape = (method, PARAMETER.sub("<>", str(rule)).rstrip("/"))
        assert shape not in seen, f"{endpoint} and {seen[shape]} both answer {method} {rule}"
        seen[shape] = endpoint


def test_views_and_modules_say_what_they_do(map_of_all):  # noqa: F811
    for endpoint, method, rule in routes_of(map_of_all):
        view = map_of_all.view_functions[endpoint]
        assert (view.__doc__ or "").strip(), f"{method} {rule}: {view.__module__}.{view.__name__} has no docstring"
