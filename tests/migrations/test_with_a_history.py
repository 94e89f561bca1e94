"""Migrating an SQLite database that is in use: tables that others point at are rebuilt, and no row is lost."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal import migrations
from portal.db import Database

AT = "2026-11-20 12:00:00.000000"
IDS = {name: f"{number:032x}" for number, name in enumerate(("entity", "sender", "message", "attempt"), 1)}


@pytest.fixture
def old(tmp_path):
    """A database at revision 0003 with a message that was tried once."""
    with Database(f"sqlite:///{tmp_path / 'old.db'}") as made:
        migrations.upgrade(made, "0003")
        with made.writing() as session:
            entity = {"id": IDS["entity"], "name": "Northwind", "country": "DE", "locale": "en", "time_zone": "UTC", "currency": "EUR"}
            _put(session, "business_entity", **entity, is_default=1)
            _put(session, "sender", id=IDS["sender"], business_entity_id=IDS["entity"], address="billing@northwind.example", is_default=1)
            _put(session, "email_message", id=IDS["message"], sender_id=IDS["sender"], state="sent", dedup_key="one")
            _put(session, "email_attempt", id=IDS["attempt"], message_id=IDS["message"], outcome="sent")
        yield made


def _put(session, table, **values):
    """Write a row; what has to be there and is not given gets a value of its type."""
    for _, name, kind, needed, default, _ in session.execute(text(f'PRAGMA table_info("{table}")')):
        if needed and default is None and name not in values:
            fits = {"DATETIME": AT, "INTEGER": 0, "BOOLEAN": 0, "JSON": "{}"}
            values[name] = next((value for begins, value in fits.items() if kind.startswith(begins)), "x")
    names = ", ".join(values)
    session.execute(text(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(f":{name}" for name in values)})'), values)


def test_nothing_is_lost_and_what_points_where_is_watched_again(old):
    migrations.upgrade(old)
    with old.reading() as session:
        assert session.execute(text("SELECT message_id FROM email_attempt")).scalar() == IDS["message"]
        assert session.execute(text("SELECT dedup_key FROM email_message")).scalar() == "one"
        assert session.execute(text("PRAGMA foreign_keys")).scalar() == 1
    with pytest.raises(IntegrityError), old.writing() as session:
        session.execute(text("DELETE FROM email_message"))
