"""Every route names its permission, and keeps to it: a walk over all of them as everybody."""

import re
from uuid import UUID

import pytest

from portal.app import create_app
from portal.db import Database
from portal.domain.permissions import CUSTOMER, CUSTOMER_ROLES, OPERATOR, OPERATOR_ROLES, PERSONAL, WORDS
from portal.settings import Settings
from portal.web.access import PUBLIC
from tests.page_client import PageClient

pytestmark = pytest.mark.one_database

NOWHERE = UUID("00000000-0000-7000-8000-000000000000")

# All that anybody may open. A new public route is added here by hand, so that nobody opens one by mistake.
PUBLIC_PLACES = (
    r"/",
    r"/sign-in(/.*)?",
    r"/sign-out",
    r"/links/.*",
    r"/hooks/.*",
    r"/verify(/.*)?",
    r"/assets/.*",
    r"/logos/.*",
    r"/healthz",
    r"/readyz",
    r"/metrics",
    r"/styleguide",
    r"/mailbox(/.*)?",
)

# What is sent to be kept and is a reading all the same: a statement repeats what its reader sees.
READINGS_KEPT = {"account.statements.issue"}


def routes_of(app):
    """List (endpoint, method, rule) of the whole application."""
    return [(rule.endpoint, method, rule) for rule in app.url_map.iter_rules() for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]


@pytest.fixture(scope="module")
def map_of_all(tmp_path_factory):
    """An application for reading its map only."""
    directory = tmp_path_factory.mktemp("map")
    settings = Settings(
        database_url=f"sqlite:///{directory}/map.db",
        secret_key="for-tests-only-0123456789-abcdefghij",
        public_url="http://localhost",
        environment="test",
        mailbox=directory / "mailbox",
    )
    database = Database(settings.database_url)
    yield create_app(settings, database)
    database.dispose()


def word_of(app, endpoint) -> str:
    return getattr(app.view_functions[endpoint], "permission", None)


def test_every_route_names_its_permission(map_of_all):
    for endpoint, method, rule in routes_of(map_of_all):
        word = word_of(map_of_all, endpoint)
        assert word == PUBLIC or word in WORDS, (
            f"{method} {rule} names no permission: put @may(...) or @public under its route ({endpoint})"
        )


def test_only_known_places_are_public(map_of_all):
    for endpoint, method, rule in routes_of(map_of_all):
        listed = any(re.fullmatch(pattern, str(rule)) for pattern in PUBLIC_PLACES)
        public = word_of(map_of_all, endpoint) == PUBLIC
        assert public == listed, (
            f"{method} {rule} is {'public, but not' if public else 'not public, but'} listed in PUBLIC_PLACES of this test: "
            "name a permission, or list it"
        )


def test_each_side_asks_for_words_of_its_own(map_of_all):
    for endpoint, method, rule in routes_of(map_of_all):
        word = word_of(map_of_all, endpoint)
        if endpoint.startswith("console."):
            assert word in {**OPERATOR, **PERSONAL}, f"{method} {rule} asks for {word}, which no operator has"
        elif endpoint.startswith("account."):
            assert word in {**CUSTOMER, **PERSONAL}, f"{method} {rule} asks for {word}, which nobody at a customer has"


def test_what_changes_things_asks_for_more_than_reading(map_of_all):
    for endpoint, method, rule in routes_of(map_of_all):
        word = word_of(map_of_all, endpoint)
        if method != "GET" and word != PUBLIC and endpoint not in READINGS_KEPT:
            assert not word.endswith((".read", "account.wallet")), (
                f"{method} {rule} changes something with {word}: name the word for changing it"
            )


def test_every_word_is_asked_for_or_waits_for_its_room():
    held = set().union(*OPERATOR_ROLES.values(), *CUSTOMER_ROLES.values())
    assert held <= set(WORDS), f"roles hold words that are none: {held - set(WORDS)}"
    assert set(WORDS) <= held, f"nobody holds {set(WORDS) - held}: give it to a role in portal/domain/permissions.py"


def path_of(app, rule, cast, at: str = "own") -> str:
    """Make an address of a route with ids of the cast."""
    known = {"customer_id": cast.own.id, "contact_id": cast.own_contacts["viewer"].id} if at == "own" else {}
    values = {name: known.get(name, NOWHERE) if "UUID" in type(converter).__name__ else "x" for name, converter in rule._converters.items()}
    values = {name: 1 if "Integer" in type(rule._converters[name]).__name__ else value for name, value in values.items()}
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(rule.methods - {"HEAD", "OPTIONS"})))


def protected(app):
    return [(endpoint, method, rule) for endpoint, method, rule in routes_of(app) if word_of(app, endpoint) != PUBLIC]


def ask(client: PageClient, token: str, method: str, path: str):
    data = {"csrf_token": token} if method != "GET" else None
    return client.http.open(path, method=method, data=data)


def test_nobody_is_led_to_the_sign_in_page_everywhere(app, cast, client):
    token = client.csrf_token()
    for _, method, rule in protected(app):
        answer = ask(client, token, method, path_of(app, rule, cast))
        assert answer.status_code == 303, f"{method} {rule} answers {answer.status_code} to somebody who is not signed in"
        assert answer.headers["Location"].startswith("/sign-in"), f"{method} {rule} leads nobody to {answer.headers['Location']}"


def test_nobody_with_htmx_is_led_there_by_the_browser(app, cast, client):
    for _, method, rule in protected(app):
        if method == "GET":
            answer = client.http.get(path_of(app, rule, cast), headers={"HX-Request": "true", "HX-Request-Type": "partial"})
            assert (answer.status_code, answer.get_data()) == (401, b""), f"{rule} answers {answer.status_code} with a body to HTMX"
            assert answer.headers["HX-Redirect"].startswith("/sign-in")


@pytest.mark.parametrize("role", sorted(OPERATOR_ROLES))
def test_an_operator_is_refused_what_the_role_lacks(app, cast, client, role):
    somebody = client.as_operator(role)
    token = somebody.csrf_token()
    for endpoint, method, rule in protected(app):
        word = word_of(app, endpoint)
        if endpoint.startswith("console.") and word not in OPERATOR_ROLES[role]:
            answer = ask(somebody, token, method, path_of(app, rule, cast))
            assert answer.status_code in {403, 404}, f"{method} {rule} answers {answer.status_code} to the {role}, who lacks {word}"


@pytest.mark.parametrize("role", sorted(CUSTOMER_ROLES))
def test_a_person_is_refused_what_the_role_lacks(app, cast, client, role):
    somebody = client.as_person(role)
    token = somebody.csrf_token()
    for endpoint, method, rule in protected(app):
        word = word_of(app, endpoint)
        if endpoint.startswith("account.") and word not in CUSTOMER_ROLES[role]:
            answer = ask(somebody, token, method, path_of(app, rule, cast))
            assert answer.status_code in {403, 404}, f"{method} {rule} answers {answer.status_code} to the {role}, who lacks {word}"


def test_one_side_is_no_key_to_the_other(app, cast, client):
    for somebody, side in ((client.as_operator("owner"), "account."), (client.as_person("owner"), "console.")):
        token = somebody.csrf_token()
        for endpoint, method, rule in protected(app):
            if endpoint.startswith(side):
                answer = ask(somebody, token, method, path_of(app, rule, cast))
                assert answer.status_code == 303, f"{method} {rule} answers {answer.status_code} to a session of the other side"


def test_ids_that_lead_nowhere_are_404_for_those_who_may(app, cast, client):
    for somebody, side in ((client.as_operator("owner"), "console."), (client.as_person("owner"), "account.")):
        for endpoint, method, rule in protected(app):
            if endpoint.startswith(side) and method == "GET" and any("UUID" in type(c).__name__ for c in rule._converters.values()):
                status = somebody.http.get(path_of(app, rule, cast, at="nowhere")).status_code
                assert status == 404, (
                    f"GET {rule} answers {status} for an id that leads nowhere: find it by the noun's find(), which raises NotFound"
                )


def test_pages_without_ids_open_for_those_who_may(app, cast, client):
    for somebody, side in ((client.as_operator("owner"), "console."), (client.as_person("owner"), "account.")):
        for endpoint, method, rule in protected(app):
            if endpoint.startswith(side) and method == "GET" and not rule.arguments:
                status = somebody.http.get(str(rule)).status_code
                assert status < 400, f"GET {rule} answers {status} to an owner"


def test_a_form_without_our_token_changes_nothing(app, cast, client):
    exempt = app.extensions["csrf"]._exempt_views
    for somebody in (client, client.as_operator("owner"), client.as_person("owner")):
        for endpoint, method, rule in routes_of(app):
            view = app.view_functions[endpoint]
            if method == "GET" or f"{view.__module__}.{view.__name__}" in exempt:
                continue
            answer = somebody.http.open(path_of(app, rule, cast), method=method, data={})
            assert answer.status_code in {303, 400, 403, 404}, f"{method} {rule} answers {answer.status_code} without a CSRF token"
            if answer.status_code == 303:
                assert answer.headers["Location"].startswith("/sign-in"), f"{method} {rule} acts without a CSRF token"


def test_only_what_programs_post_goes_without_our_token(app):
    for name in app.extensions["csrf"]._exempt_views:
        assert name.removeprefix("portal.web.").startswith(("links.", "hooks.")), (
            f"{name} is exempt from CSRF: only RFC 8058's POST, which mail programs send, and signed reports of providers may be"
        )
