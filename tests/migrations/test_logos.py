"""Revision 0005 on a database with a business entity: it goes on without a logo, and every logo it gets is kept."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal import migrations
from portal.db import Database
from tests.migrations.test_wallet_proof import AT, plain

ENTITY, LOGO, OTHER = ("0" * 31 + number for number in "123")


@pytest.fixture
def old(backend, request, tmp_path):
    """A database at revision 0004 with a business entity."""
    if backend == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        cluster = request.getfixturevalue("cluster")
        with Database(cluster.url()) as server, server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("DROP DATABASE IF EXISTS logos"))
            connection.execute(text("CREATE DATABASE logos"))
        url = cluster.url("logos")
    with Database(url) as made:
        migrations.upgrade(made, "0004")
        words = dict.fromkeys(("legal_name", "address_line", "country", "colour"), "")
        rest = {"name": "Northwind", "locale": "en", "time_zone": "UTC", "currency": "EUR", "is_default": True, "created_at": AT}
        put(made, "business_entity", id=ENTITY, **words, **rest)
        yield made


def put(database: Database, table: str, **columns: object) -> None:
    columns = {name: plain(value, database.dialect) for name, value in columns.items()}
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(':' + name for name in columns)})"
    with database.engine.begin() as connection:
        connection.execute(text(statement), columns)


def logo(database: Database, **columns: object) -> None:
    made = {"id": LOGO, "business_entity_id": ENTITY, "digest": bytes(32), "media_type": "image/png", "body": b"-"}
    put(database, "logo", **(made | {"width": 80, "height": 80, "author_name": "", "created_at": AT} | columns))


def test_a_business_entity_goes_on_without_a_logo(old):
    migrations.upgrade(old)
    with old.read_engine.connect() as connection:
        found = connection.execute(text("SELECT name, logo, logo_width, logo_height FROM business_entity")).one()
    assert tuple(found) == ("Northwind", "", 0, 0)


@pytest.mark.parametrize("act", ["UPDATE logo SET width = 81", "DELETE FROM logo"])
def test_a_logo_is_kept_for_good(old, act):
    migrations.upgrade(old)
    logo(old)
    with pytest.raises(DBAPIError, match="append-only"), old.engine.begin() as connection:
        connection.execute(text(act))


@pytest.mark.parametrize("wrong", [{"media_type": "image/svg+xml"}, {"width": 0}, {"height": -1}, {"business_entity_id": OTHER}])
def test_the_table_refuses_what_is_no_logo(old, wrong):
    migrations.upgrade(old)
    with pytest.raises(IntegrityError):
        logo(old, **wrong)


def test_the_same_logo_is_kept_once_for_a_business_entity(old):
    migrations.upgrade(old)
    logo(old)
    with pytest.raises(IntegrityError):
        logo(old, id=OTHER)
