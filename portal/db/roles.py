"""Roles on PostgreSQL: what the application's may do, and whether it could change what is append-only.

Triggers refuse changes whoever asks; a role without the right cannot even take the triggers away.
"""

from sqlalchemy import text

from portal.db.database import Database

_APPEND_ONLY = """
    SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE t.tgname = c.relname || '_append_only' AND c.relnamespace = current_schema()::regnamespace
    ORDER BY c.relname
"""
_COULD_CHANGE = """
    SELECT current_user, bool_or(
        has_table_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'DELETE') OR has_table_privilege(c.oid, 'TRUNCATE')
        OR pg_has_role(c.relowner, 'USAGE')
    )
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE t.tgname = c.relname || '_append_only' AND c.relnamespace = current_schema()::regnamespace
"""


class NoRoles(RuntimeError):
    """The database has no roles, or not this one."""


def grant(database: Database, role: str) -> list[str]:
    """Give a role what the application needs of the tables that are there; give the names of those it may only add to.

    Rows of append-only tables it reads and writes, and can neither change nor delete; the schema's revision it reads.

    :raises NoRoles: on SQLite, and for a role that is not there.
    """
    if database.dialect != "postgresql":
        raise NoRoles("SQLite has no roles: whoever may write the file may change all of it.")
    with database.engine.begin() as connection:
        if connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).scalar() is None:
            raise NoRoles(f"There is no role {role}. Make it first: CREATE ROLE {role} LOGIN PASSWORD '…'")
        quote = connection.dialect.identifier_preparer.quote_identifier
        schema, name = quote(connection.execute(text("SELECT current_schema()")).scalar_one()), quote(role)
        append_only = list(connection.execute(text(_APPEND_ONLY)).scalars())
        listed = ", ".join(f"{schema}.{quote(table)}" for table in append_only)
        for statement in (
            f"GRANT USAGE ON SCHEMA {schema} TO {name}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {name}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {name}",
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {listed} FROM {name}",
            f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {schema}.alembic_version FROM {name}",
        ):
            connection.exec_driver_sql(statement)
    return append_only


def could_change_the_ledger(database: Database) -> tuple[str, bool]:
    """Name the role in use on PostgreSQL, and tell whether it could change or delete what is append-only."""
    with database.read_engine.connect() as connection:
        role, could = connection.execute(text(_COULD_CHANGE)).one()
    return role, bool(could)
