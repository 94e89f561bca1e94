"""What may never change is refused by the database itself, on both of them."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.domain import communications, wallets
from portal.model import Contact

TABLES = ("wallet_entry", "journal_entry", "journal_line", "grant_use", "audit_event", "preference_receipt")


@pytest.fixture
def filled(database, cast) -> None:
    """One row at the least in every table that is append-only."""
    with database.writing() as session:
        customer = session.merge(cast.own)
        wallet = wallets.open(session, customer, "EUR", by=cast.operator())
        wallets.adjust(session, wallet, 2500, reason="goodwill", key="k1", by=cast.operator())
        wallets.adjust(session, wallet, -500, reason="correction", key="k2", by=cast.operator())
        owner = session.get(Contact, cast.own_contacts["owner"].id)
        communications.choose(session, owner, {"statements": True}, how="form", by=cast.operator())


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_rows_are_neither_changed_nor_deleted(database, filled, table, act):
    with database.reading() as session:
        before = session.scalar(text(f"SELECT count(*) FROM {table}"))
    assert before
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.execute(text(act.format(table)))
    with database.reading() as session:
        assert session.scalar(text(f"SELECT count(*) FROM {table}")) == before


def test_postgresql_refuses_to_empty_a_ledger_table(database, filled):
    statement = "TRUNCATE wallet_entry CASCADE" if database.dialect == "postgresql" else "DELETE FROM wallet_entry"
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE wallet SET balance = floor - 1",
        "UPDATE wallet SET status = 'closed'",
        "UPDATE wallet SET currency = 'EURO'",
        "UPDATE credit_grant SET remaining = amount + 1",
        "UPDATE customer SET name = ''",
        "UPDATE customer SET parent_id = id",
        "UPDATE contact SET portal_role = 'king'",
    ],
)
def test_the_tables_hold_the_truth(database, filled, statement):
    with pytest.raises(DBAPIError), database.writing() as session:
        session.execute(text(statement))
