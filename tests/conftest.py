"""Fixtures that all tests share: the two databases, the application, the cast, the page client."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable
from copy import copy
from pathlib import Path

import pytest
from flask import Flask

from portal import migrations
from portal.app import configure, create_app
from portal.db import Database
from portal.gateways.mail_catcher.mailbox import Mailbox
from portal.model import Base
from portal.settings import Settings
from portal.web.observing import Metrics
from tests import postgres
from tests.cast import Cast
from tests.mail_server import mail_server
from tests.name_server import name_server
from tests.page_client import PageClient

__all__ = ["mail_server", "name_server"]

BACKENDS = ("sqlite", "postgresql")
MEMORY = Path("/dev/shm")
ROOM = 2**30  # bytes: several times what any test writes


def pytest_addoption(parser):
    parser.addoption("--database", choices=[*BACKENDS, "both"], default="both", help="the databases to test on")


def pytest_generate_tests(metafunc):
    if "backend" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        backends = BACKENDS if chosen == "both" else (chosen,)
        if metafunc.definition.get_closest_marker("one_database"):
            backends = backends[:1]
        metafunc.parametrize("backend", backends, scope="session")


def pytest_collection_finish():
    """Leave what stays to the end out of the search for garbage, which would otherwise walk through all of it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


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
def postgresql_database(cluster):
    """A migrated database in the cluster, emptied after each test."""
    made = Database(cluster.url())
    migrations.upgrade(made)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def sqlite_database():
    """A database whose file is copied from the template for each test, in memory if there is room: every commit waits for the disk.

    The engine stays, as PostgreSQL's does: a new one would compile all statements again, which takes longer than most tests.
    """
    in_memory = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    with tempfile.TemporaryDirectory(prefix="portal-sqlite-", dir=MEMORY if in_memory else None) as directory:
        yield Database(f"sqlite:///{directory}/portal.db")


@pytest.fixture
def database(backend, request):
    """An empty, migrated database of the backend under test."""
    made = request.getfixturevalue(f"{backend}_database")
    if backend == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), made.url.database)
    yield made
    pool = made.engine.pool
    if backend == "sqlite":
        made.dispose()
        for path in Path(made.url.database).parent.iterdir():
            path.unlink()
    else:
        empty(made)
    if pool.checkedout():
        gc.collect()  # a session that the test did not close keeps its connection, and its lock, until it is found


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
def start(joined_app) -> Callable[[Settings, Database], Flask]:
    """Give the application as if it had just started: start(settings, database)."""

    def made(settings: Settings, database: Database) -> Flask:
        app = copy(joined_app)
        app.config = copy(joined_app.config)
        app.extensions = {name: value for name, value in joined_app.extensions.items() if name not in {"customer_counts", "schema_head"}}
        configure(app, settings)
        app.extensions |= {"database": database, "mailbox": Mailbox(settings.mailbox), "metrics": Metrics()}
        return app

    return made


@pytest.fixture
def app(start, settings, database) -> Flask:
    """The application over this test's database."""
    return start(settings, database)


@pytest.fixture
def cast(database) -> Cast:
    """The people of the tests, committed: operators of each role, a customer of our own, and a neighbour."""
    with database.writing() as session:
        return Cast.make(session)


@pytest.fixture
def client(app, cast) -> PageClient:
    """A browser without scripts that looks at every page it is given; sign in with client.as_operator("finance")."""
    return PageClient(app, cast)
