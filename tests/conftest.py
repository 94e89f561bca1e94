"""Fixtures that all tests share: the two databases, the application, the cast, the page client."""

import os
import shutil
import tempfile
from copy import copy
from pathlib import Path

import pytest
from flask import Flask

from portal import migrations
from portal.app import create_app
from portal.db import Database
from portal.gateways.mail_catcher import Mailbox
from portal.gateways.openid import OpenID
from portal.model import Base
from portal.settings import Settings
from portal.web.form_cookie import KeptFormCookie
from portal.web.observing import Metrics
from tests import postgres
from tests.cast import Cast
from tests.mail_server import mail_server
from tests.name_server import name_server
from tests.page_client import PageClient

__all__ = ["mail_server", "name_server"]

BACKENDS = ("sqlite", "postgresql")


def pytest_addoption(parser):
    parser.addoption("--database", choices=[*BACKENDS, "both"], default="both", help="the databases to test on")


def pytest_generate_tests(metafunc):
    if "backend" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        backends = BACKENDS if chosen == "both" else (chosen,)
        if metafunc.definition.get_closest_marker("one_database"):
            backends = backends[:1]
        metafunc.parametrize("backend", backends, scope="session")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    """A migrated, empty SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    made = Database(f"sqlite:///{path}")
    migrations.upgrade(made)
    with made.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    made.dispose()
    return path


@pytest.fixture(scope="session")
def cluster():
    """A PostgreSQL cluster for this test process, in a directory that the server's own user can reach."""
    found = postgres.binaries()
    if found is None:
        message = "no PostgreSQL server on this machine: install postgresql, or run with --database=sqlite"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with tempfile.TemporaryDirectory(prefix="portal-postgres-", ignore_cleanup_errors=True) as directory:
        made = postgres.Cluster(Path(directory), found)
        made.start()
        yield made
        made.stop()


@pytest.fixture(scope="session")
def postgres_database(cluster):
    """A migrated database in the cluster, emptied after each test."""
    made = Database(cluster.url())
    migrations.upgrade(made)
    yield made
    made.dispose()


@pytest.fixture
def database(backend, request, tmp_path):
    """An empty, migrated database of the backend under test."""
    if backend == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "portal.db")
        made = Database(f"sqlite:///{tmp_path / 'portal.db'}")
        yield made
        made.dispose()
    else:
        made = request.getfixturevalue("postgres_database")
        yield made
        empty(made)


def empty(database: Database) -> None:
    """Delete every row; the role `replica` lets the test's superuser past the triggers that refuse it."""
    deletions = (f'DELETE FROM "{table.name}"' for table in Base.metadata.tables.values())
    with database.engine.begin() as connection:  # in one message to the server
        connection.exec_driver_sql(
            "; ".join(("SET session_replication_role = replica", *deletions, "SET session_replication_role = origin"))
        )


@pytest.fixture
def session(database):
    """A write session that is rolled back at the end of the test."""
    with database.write_session() as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def settings(database, tmp_path) -> Settings:
    return settings_of(database.url.render_as_string(hide_password=False), tmp_path)


def settings_of(database_url: str, place: Path) -> Settings:
    return Settings(
        database_url=database_url,
        secret_key="for-tests-only-0123456789-abcdefghij",
        public_url="http://localhost",
        environment="test",
        mailbox=place / "mailbox",
        log_format="plain",
    )


@pytest.fixture(scope="session")
def joined_app(tmp_path_factory) -> Flask:
    """The application, joined once a process: compiling its routes and templates costs more than most tests."""
    place = tmp_path_factory.mktemp("app")
    return create_app(settings_of(f"sqlite:///{place / 'portal.db'}", place))


@pytest.fixture
def app(joined_app, settings, database) -> Flask:
    """The application as if it had just started, over this test's database."""
    made = copy(joined_app)
    made.config = copy(joined_app.config)
    made.session_interface = KeptFormCookie()
    kept_over = {name: value for name, value in joined_app.extensions.items() if name not in {"customer_counts", "schema_head"}}
    made.extensions = kept_over | {
        "settings": settings,
        "database": database,
        "mailbox": Mailbox(settings.mailbox),
        "metrics": Metrics(),
        "openid": OpenID(lenient=True),  # it keeps what a provider said, and another test's may come by the same port
    }
    return made


@pytest.fixture
def cast(database) -> Cast:
    """The people of the tests, committed: operators of each role, a customer of our own, and a neighbour."""
    with database.writing() as session:
        return Cast.make(session)


@pytest.fixture
def client(app, cast) -> PageClient:
    """A browser without scripts that looks at every page it is given; sign in with client.as_operator("finance")."""
    return PageClient(app, cast)
