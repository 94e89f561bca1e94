"""The migrations lead to exactly the model, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from portal import migrations
from portal.db import Database
from portal.model import Base

# An index over an expression cannot be read back from SQLite; tests/domain/ledger/test_plans.py sees that this one is there.
pytestmark = pytest.mark.filterwarnings("ignore:.*expression-based index .?ix_credit_grant_spending")

# What migrations make by hand because no model can say it: the full-text index and its inner tables.
BY_HAND = ("search_index", "ix_search_document_body")


def ours(thing, name, kind, reflected, compare_to) -> bool:
    return not (reflected and name and name.startswith(BY_HAND))


def differences(database: Database) -> list:
    """List what Alembic would change to make the database like the model."""
    with database.read_engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_object": ours}
        return compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)


def test_the_migrated_schema_is_the_model(database):
    found = differences(database)
    assert not found, "the model and the migrations differ: write a migration (portal/migrations/versions/<date>_<what>.py)\n" + "\n".join(
        map(repr, found)
    )


def test_the_checks_of_the_model_are_in_the_database(database):
    """Alembic does not compare check constraints, so they are compared here by name."""
    with database.read_engine.connect() as connection:
        inspector = inspect(connection)
        for table in Base.metadata.tables.values():
            wanted = {str(check.name) for check in table.constraints if type(check).__name__ == "CheckConstraint" and check.name}
            kept = {check["name"] for check in inspector.get_check_constraints(table.name)}
            assert wanted <= kept, f"{table.name}: the migrations lack the checks {wanted - kept}"


def test_the_database_is_at_the_head(database):
    assert migrations.current(database) == migrations.head()


def test_the_newest_revision_is_found_without_alembic():
    assert migrations.head() == ScriptDirectory.from_config(migrations.config()).get_current_head()


def test_there_is_one_line_of_migrations():
    scripts = ScriptDirectory.from_config(migrations.config())
    assert len(scripts.get_heads()) == 1, f"two migrations follow the same one: {scripts.get_heads()}; put one after the other"
    assert len(scripts.get_bases()) == 1


def test_migrating_again_changes_nothing(database):
    before = _tables(database)
    migrations.upgrade(database)
    assert _tables(database) == before


def test_every_foreign_key_that_is_searched_by_has_an_index(database):
    """A foreign key that restricts is looked up when the other row goes; those of rows that never go may do without."""
    with database.read_engine.connect() as connection:
        inspector = inspect(connection)
        for table in Base.metadata.tables.values():
            columns = {tuple(index["column_names"])[:1] for index in inspector.get_indexes(table.name)}
            for column in table.columns:
                if column.index:
                    assert (column.name,) in columns, f"{table.name}.{column.name} is indexed in the model, not in the database"


def test_what_is_recorded_cannot_be_changed_even_by_hand(database):
    with database.read_engine.connect() as connection:
        if database.dialect == "sqlite":
            statement = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'"
        else:
            statement = "SELECT DISTINCT event_object_table FROM information_schema.triggers"
        guarded = set(connection.execute(text(statement)).scalars())
    for table in ("wallet_entry", "journal_entry", "journal_line", "grant_use", "audit_event", "preference_receipt"):
        assert table in guarded, f"{table} has no trigger that refuses UPDATE and DELETE"


def _tables(database: Database) -> set[str]:
    with database.read_engine.connect() as connection:
        return set(inspect(connection).get_table_names())
