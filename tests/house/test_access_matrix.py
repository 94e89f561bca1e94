"""The access matrix: everybody at every route, with ids of their own and of others, held against a table written by hand."""

from dataclasses import dataclass

import pytest

from portal.domain import sessions, viewing
from portal.model import BrowserSession, Contact, Customer, User
from portal.web import signed_in, visits
from tests.house import access_rows
from tests.house.access_table import MAY

OPERATORS = {"o": "owner", "m": "manager", "f": "finance", "s": "support", "v": "viewer", "l": "limited"}
PEOPLE = {"O": "owner", "B": "billing_manager", "V": "viewer"}
CUSTOMERS_OWN = {
    *("customer_id", "contact_id", "removed_id", "wallet_id", "entry_id", "grant_id", "statement_id"),
    *("request_id", "message_id", "receipt_id", "session_id", "passkey_id", "provider_id", "identity_id", "form_id"),
}
OPENED_BY_NOBODY_HERE = {
    "console.security.passkey_removal",  # the passkey is a customer's
    "console.profile.end_session",
}


@dataclass(frozen=True)
class Route:
    endpoint: str
    method: str
    names: frozenset[str]

    @property
    def side(self) -> str:
        return self.endpoint.partition(".")[0]

    def path(self, adapter, known) -> str:
        if self.endpoint.startswith("console.settings.providers"):
            known = known | {"provider_id": known["business_provider_id"]}
        return adapter.build(self.endpoint, {name: known[name] for name in self.names}, method=self.method)


@pytest.fixture
def rows(database, cast):
    with database.writing() as session:
        return access_rows.make(session, cast)


@pytest.fixture
def adapter(app):
    return app.url_map.bind("localhost")


def routes(app) -> list[Route]:
    return [
        Route(rule.endpoint, method, frozenset(rule.arguments))
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
        if MAY.get(rule.endpoint, "everybody") != "everybody"  # one that is not in the table has a test of its own fail
    ]


def browser(app, database, *, side: str, user_id=None, contact_id=None):
    """Give a browser with a session made directly in the database."""
    http = app.test_client()
    with database.writing() as session:
        contact = session.get(Contact, contact_id) if contact_id else None
        user = session.get_one(User, contact.user_id if contact else user_id)
        token = sessions.start(session, user, side=side, method="link", contact=contact).token
    with app.app_context():
        http.set_cookie(signed_in.cookie_name(side), token)
    return http


def token_of(http) -> str:
    return http.get("/sign-in").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]


def ask(http, route: Route, path: str, token: str | None = None):
    """Ask for a page, or send a form; without a token the door answers, and then nothing is changed."""
    if route.method == "GET":
        return http.get(path)
    return http.post(path, data={"csrf_token": token} if token else {})


def test_every_route_stands_in_the_table_and_the_table_names_no_other(app):
    there = {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}
    assert not there - MAY.keys(), f"new routes: {sorted(there - MAY.keys())}. Write into tests/house/access_table.py who may use them."
    assert not MAY.keys() - there, f"the table names routes that are gone: {sorted(MAY.keys() - there)}"


def test_nobody_is_let_in_anywhere(app, adapter, rows):
    http = app.test_client()
    for route in routes(app):
        answer = ask(http, route, route.path(adapter, rows["own"]))
        assert answer.status_code == 303, f"{route}: {answer.status_code} to nobody"
        assert answer.headers["Location"].startswith("/sign-in"), f"{route} leads nobody to {answer.headers['Location']}"


@pytest.mark.parametrize("who", OPERATORS)
def test_an_operator_enters_what_the_role_opens_and_nothing_else(app, adapter, database, cast, rows, who):
    http = browser(app, database, side="console", user_id=cast.operators[OPERATORS[who]].id)
    _all_right(
        [
            (route, ask(http, route, route.path(adapter, rows["own"])).status_code, _wanted(route, who, inside=route.side == "console"))
            for route in routes(app)
        ]
    )


@pytest.mark.parametrize("who", PEOPLE)
def test_a_customers_person_enters_what_the_role_opens_and_nothing_else(app, adapter, database, cast, rows, who):
    http = browser(app, database, side="portal", contact_id=cast.own_contacts[PEOPLE[who]].id)
    known = _own_things(database, rows["own"], cast.own_contacts[PEOPLE[who]])
    _all_right(
        [
            (route, ask(http, route, route.path(adapter, known)).status_code, _wanted(route, who, inside=route.side == "account"))
            for route in routes(app)
        ]
    )


def _own_things(database, known, contact):
    """A message, a session and a passkey are a person's own, whatever the company's owner may do."""
    with database.writing() as session:
        mine = dict(known)
        session.query(access_rows.EmailMessage).filter_by(id=known["message_id"]).update({"contact_id": contact.id})
        session.query(BrowserSession).filter_by(id=known["session_id"]).update({"user_id": contact.user_id})
        session.query(access_rows.Passkey).filter_by(id=known["passkey_id"]).update({"user_id": contact.user_id})
        return mine


def _wanted(route: Route, who: str, *, inside: bool) -> set[int]:
    """Say how a route answers somebody: a form is sent without its token, so that whoever may is told so and changes nothing."""
    if not inside:
        return {303}
    if who not in MAY[route.endpoint]:
        return {403}
    if route.method != "GET":
        return {400}
    return {404} if route.endpoint in OPENED_BY_NOBODY_HERE else {200, 303}


def _all_right(found: list[tuple[Route, int, set[int]]]) -> None:
    wrong = [f"{route.method} {route.endpoint}: {status}, not {wanted}" for route, status, wanted in found if status not in wanted]
    assert not wrong, "\n".join(wrong)


def test_the_neighbours_owner_finds_nothing_of_ours(app, adapter, database, cast, rows):
    http = browser(app, database, side="portal", contact_id=cast.neighbour_contacts["owner"].id)
    token = token_of(http)
    theirs = [route for route in routes(app) if route.side == "account" and route.names]
    _all_right([(route, ask(http, route, route.path(adapter, rows["own"]), token).status_code, {404}) for route in theirs])


def test_ids_of_two_customers_in_one_address_lead_nowhere(app, adapter, database, cast, rows):
    http = browser(app, database, side="console", user_id=cast.operators["owner"].id)
    token = token_of(http)
    mixed = rows["foreign"] | {"customer_id": rows["own"]["customer_id"]}
    theirs = [route for route in routes(app) if route.side == "console" and "customer_id" in route.names and len(route.names) > 1]
    _all_right([(route, ask(http, route, route.path(adapter, mixed), token).status_code, {404}) for route in theirs])


def test_an_operator_limited_to_a_business_entity_finds_nothing_of_the_others(app, adapter, database, cast, rows):
    http = browser(app, database, side="console", user_id=cast.operators["limited"].id)
    token = token_of(http)
    theirs = [route for route in routes(app) if route.side == "console" and route.names & CUSTOMERS_OWN and "l" in MAY[route.endpoint]]
    _all_right([(route, ask(http, route, route.path(adapter, rows["foreign"]), token).status_code, {404}) for route in theirs])


def test_a_visit_reads_and_does_nothing(app, adapter, database, cast, rows):
    http = app.test_client()
    owner = cast.operators["owner"]
    with database.writing() as session:
        own = sessions.start(session, session.get_one(User, owner.id), side="console", method="link")
        customer, contact = session.get_one(Customer, cast.own.id), session.get_one(Contact, cast.own_contacts["owner"].id)
        visit = viewing.start(session, customer, contact, reason="A question", own=own.row.id, by=cast.operator())
        session.query(access_rows.EmailMessage).filter_by(id=rows["own"]["message_id"]).update({"contact_id": contact.id})
    with app.app_context():
        http.set_cookie(visits.cookie_name(), visit.token)
    token = token_of(http)
    portal = [route for route in routes(app) if route.side == "account"]
    _all_right(
        [
            (
                route,
                ask(http, route, route.path(adapter, rows["own"]), token).status_code,
                {200} if "W" in MAY[route.endpoint] else {403, 404},
            )
            for route in portal
        ]
    )
