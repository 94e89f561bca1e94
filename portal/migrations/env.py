"""Alembic's entry: runs the revisions over our own engine, set up as for every other write."""

from alembic import context

from portal.db import Database
from portal.model import Base


def run() -> None:
    database: Database = context.config.attributes["database"]
    with database.write_engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()


run()
