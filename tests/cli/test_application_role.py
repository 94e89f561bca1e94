"""The application's own role on PostgreSQL: it works with it, and cannot change the ledger."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.db import Database
from portal.domain import approvals, ledger, wallets

ROLE = "portal_app"


@pytest.fixture
def granted(database, cast, run, environment):
    """The database as the application's role sees it; on SQLite, which has no roles, as everybody does."""
    if database.dialect == "sqlite":
        yield database
        return
    with database.engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {ROLE} LOGIN"))
    said = run("migrate", "--grant", ROLE).output
    assert "portal_app may read and write, and only add to: audit_event, " in said
    assert "wallet_entry" in said
    made = Database(database.url.set(username=ROLE).render_as_string(hide_password=False))
    yield made
    made.dispose()
    with database.engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {ROLE}"))
        connection.execute(text(f"DROP ROLE {ROLE}"))


def test_the_application_works_with_its_own_role(granted, cast):
    with granted.writing() as session:
        by, second = cast.operator("finance"), cast.operator("owner")
        wallet = wallets.open(session, session.merge(cast.own), "EUR", by=by)
        entry = wallets.adjust(session, wallet, 2_500, reason="goodwill", key="a", by=by)
        wallets.reverse(session, wallet, entry, key="b", by=by)
        approvals.set_limit(session, "finance", "EUR", 1, by=second)
        approvals.approve(session, approvals.ask(session, "adjustment", wallet, amount=5, reason="top_up", key="c", by=by), by=second)
    with granted.reading() as session:
        assert ledger.verify(session) == []


@pytest.mark.parametrize("table", ["wallet_entry", "journal_entry", "journal_line", "grant_use", "audit_event"])
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_neither_update_nor_delete_of_what_is_append_only(granted, cast, table, act):
    with granted.writing() as session:
        wallet = wallets.open(session, session.merge(cast.own), "EUR", by=cast.operator())
        for key, amount in (("a", 100), ("b", -50)):
            reason = "top_up" if amount > 0 else "correction"
            wallets.adjust(session, wallet, amount, reason=reason, key=key, by=cast.operator())
    words = "append-only" if granted.dialect == "sqlite" else "permission denied"
    with pytest.raises(DBAPIError, match=words), granted.writing() as session:
        session.execute(text(act.format(table)))


def test_the_triggers_stay_where_they_are(granted, database):
    if database.dialect == "postgresql":
        for statement in (
            "ALTER TABLE wallet_entry DISABLE TRIGGER ALL",
            "TRUNCATE wallet_entry",
            "UPDATE alembic_version SET version_num = 'x'",
        ):
            with pytest.raises(DBAPIError, match=r"permission denied|must be owner"), granted.writing() as session:
                session.execute(text(statement))


def test_the_doctor_says_whether_the_role_could_change_the_ledger(granted, run, environment, monkeypatch, cast):
    monkeypatch.setenv("PORTAL_DATABASE_URL", granted.url.render_as_string(hide_password=False))
    if granted.dialect == "postgresql":
        assert "✓ portal_app can add to the ledger, and change nothing in it" in run("doctor").output
        monkeypatch.setenv("PORTAL_DATABASE_URL", granted.url.set(username="postgres").render_as_string(hide_password=False))
        assert "! postgres could take the ledger's triggers away" in run("doctor").output
    else:
        assert "triggers" not in run("doctor").output


def test_a_role_that_is_not_there_is_asked_for(run, environment, database):
    said = run("migrate", "--grant", "nobody_here", status=1).output
    assert ("There is no role nobody_here" if database.dialect == "postgresql" else "SQLite has no roles") in said
