"""Fixtures that all tests share: the two databases, the application, the cast, the page client."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import text

from portal import migrations
from portal.app import create_app
from portal.db import Database
from portal.model import Base
from portal.settings import Settings
from tests import postgres
from tests.cast import Cast
from tests.mail_server import mail_server
from tests.page_client import PageClient

__all__ = ["mail_server"]

BACKENDS = ("sqlite", "postgresql")


def pytest_addoption(parser):
    parser.addoption("--database", choices=[*BACKENDS, "both"], default="both", help="the databases to test on")


def pytest_generate_tests(metafunc):
    if "backend" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        metafunc.parametrize("backend", BACKENDS if chosen == "both" else [chosen], scope="session")


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
    with database.engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        for table in Base.metadata.tables.values():
            connection.execute(text(f'DELETE FROM "{table.name}"'))
        connection.execute(text("SET session_replication_role = origin"))


@pytest.fixture
def session(database):
    """A write session that is rolled back at the end of the test."""
    with database.write_session() as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def settings(database, tmp_path) -> Settings:
    return Settings(
        database_url=database.url.render_as_string(hide_password=False),
        secret_key="for-tests-only-0123456789-abcdefghij",
        public_url="http://localhost",
        environment="test",
        mailbox=tmp_path / "mailbox",
        log_format="plain",
    )


@pytest.fixture
def app(settings, database):
    return create_app(settings, database)


@pytest.fixture
def cast(database) -> Cast:
    """The people of the tests, committed: operators of each role, a customer of our own, and a neighbour."""
    with database.writing() as session:
        return Cast.make(session)


@pytest.fixture
def client(app, cast) -> PageClient:
    """A browser without scripts that looks at every page it is given; sign in with client.as_operator("finance")."""
    return PageClient(app, cast)
