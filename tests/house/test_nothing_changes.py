"""What only looks changes nothing, and what acts does so only for a form of ours: all routes, all rows."""

import hashlib
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, text

from portal.domain import sessions
from portal.model import Base, Contact, User
from portal.web import signed_in
from tests.house import access_rows
from tests.house.access_table import MAY
from tests.house.test_permissions import NOWHERE
from tests.page_client import PageClient

LOOKED_AT = {("browser_session", "seen_at")}
"""Columns that say when something was last used: looking at a page is a use."""
COUNTED = {"verify.show": {"attempt"}, "account.statements.show_pdf": {"attempt"}}
"""Whoever guesses at the code of a statement is counted, and has to wait."""
PEOPLE = ("nobody", "operator", "person")


class Watch:
    """Tells which tables have changed since it was asked last; all are read only where something was written at all."""

    def __init__(self, database):
        self.database = database
        self.connection = database.read_engine.connect()
        on_sqlite = database.dialect == "sqlite"
        self.number = text("PRAGMA data_version" if on_sqlite else "SELECT CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text)")
        self.changed()

    def changed(self) -> set[str]:
        """Name the tables that others have changed."""
        with self.connection.begin():
            written = self.connection.execute(self.number).scalar()
        if written == getattr(self, "written", None):
            return set()
        self.written, before, self.hashes = written, getattr(self, "hashes", {}), self._hashes()
        return {name for name, found in self.hashes.items() if before.get(name) != found}

    def _hashes(self) -> dict[str, str]:
        found = {}
        with self.database.reading() as session:
            for table in Base.metadata.sorted_tables:
                columns = [column for column in table.columns if (table.name, column.name) not in LOOKED_AT]
                rows = session.execute(select(*columns).order_by(*table.primary_key.columns)).all()
                found[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
        return found


@pytest.fixture
def watch(database, browsers):
    watch = Watch(database)
    yield watch
    watch.connection.close()


@pytest.fixture
def rows(database, cast):
    with database.writing() as session:
        return access_rows.make(session, cast)["own"]


@pytest.fixture
def browsers(app, cast, database, rows):
    """Open a browser for nobody, for an operator who may all, and for a customer's owner."""
    owner = cast.own_contacts["owner"]
    opened = {"nobody": PageClient(app, cast).http}
    for who, side, user_id, contact_id in (
        ("operator", "console", cast.operators["owner"].id, None),
        ("person", "portal", owner.user_id, owner.id),
    ):
        opened[who] = PageClient(app, cast).http
        with database.writing() as session:
            contact = session.get(Contact, contact_id) if contact_id else None
            token = sessions.start(session, session.get_one(User, user_id), side=side, method="link", contact=contact).token
        with app.app_context():
            opened[who].set_cookie(signed_in.cookie_name(side), token)
    return opened


def requests(app, rows, method):
    """Give (endpoint, path) of all routes for a method, with ids of rows that are there."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if method in rule.methods and rule.endpoint != "static":
            known = rows | ({"provider_id": rows["business_provider_id"]} if rule.endpoint.startswith("console.settings") else {})
            yield (
                rule.endpoint,
                adapter.build(
                    rule.endpoint, {name: known.get(name, NOWHERE if name.endswith("_id") else 1) for name in rule.arguments}, method=method
                ),
            )


FROM_ELSEWHERE = ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "same-site"})


def form_token(http) -> str:
    return http.get("/sign-in").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]


def test_a_change_is_seen(database, watch, cast):
    assert not watch.changed()
    with database.writing() as session:
        session.get_one(User, cast.operators["viewer"].id).name = "Somebody else"
    assert watch.changed() == {"user"}
    assert not watch.changed()


@pytest.mark.parametrize("who", PEOPLE)
def test_looking_changes_nothing(app, rows, browsers, watch, who):
    for endpoint, path in requests(app, rows, "GET"):
        browsers[who].get(path)
        changed = watch.changed() - COUNTED.get(endpoint, set())
        assert not changed, f"GET {path} ({endpoint}) by {who} changes {changed}"


@pytest.mark.parametrize("who", PEOPLE)
def test_a_form_without_our_token_is_refused_on_every_route(app, rows, browsers, watch, who):
    http = browsers[who]
    strange = form_token(PageClient(app, None).http)
    for endpoint, path in unsafe(app, rows):
        for data in ({}, {"csrf_token": strange}):
            answer = http.post(path, data=data)
            wanted = {400} if is_open(endpoint, who) else {303, 400, 403, 404}
            assert answer.status_code in wanted, f"POST {path} ({endpoint}) by {who} with {data}: {answer.status_code}"
            if answer.status_code == 303:
                assert urlsplit(answer.headers["Location"]).path == "/sign-in", f"POST {path} leads to {answer.headers['Location']}"
        assert not (changed := watch.changed()), f"POST {path} ({endpoint}) without a token by {who} changes {changed}"


@pytest.mark.parametrize("who", PEOPLE)
def test_a_form_of_another_site_is_refused_on_every_route_though_it_has_the_token(app, rows, browsers, watch, who):
    http = browsers[who]
    token = form_token(http)
    for number, (endpoint, path) in enumerate(unsafe(app, rows)):
        headers = FROM_ELSEWHERE[number % len(FROM_ELSEWHERE)]
        answer = http.post(path, data={"csrf_token": token}, headers=headers)
        assert answer.status_code == 400 or not is_open(endpoint, who), f"POST {path} ({endpoint}) from {headers}: {answer.status_code}"
        assert not (changed := watch.changed()), f"POST {path} ({endpoint}) from another site by {who} changes {changed}"


def unsafe(app, rows):
    exempt = app.extensions["csrf"]._exempt_views
    for endpoint, path in requests(app, rows, "POST"):
        view = app.view_functions[endpoint]
        if f"{view.__module__}.{view.__name__}" not in exempt:
            yield endpoint, path


def is_open(endpoint: str, who: str) -> bool:
    """Tell whether somebody gets past the door of a route."""
    letters = MAY.get(endpoint, "")
    return (
        letters == "everybody"
        or (endpoint.startswith("console.") and who == "operator" and "o" in letters)
        or (endpoint.startswith("account.") and who == "person" and "O" in letters)
    )
