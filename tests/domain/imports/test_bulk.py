"""Rows written in bulk are stored as SQLAlchemy stores them, value by value."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert

from portal.domain.imports.bulk import BulkTable
from portal.model import AuditEvent, Customer, JournalEntry
from portal.values import ids
from tests.cast import Cast

NOON = datetime(2026, 11, 23, 12, 0, 0, 7, tzinfo=UTC)
IN_TOKYO = datetime(2026, 11, 23, 21, 0, tzinfo=timezone(timedelta(hours=9)))


@pytest.fixture
def own(session) -> Customer:
    return Cast.make(session).own


def in_bulk(session, model, row: dict) -> None:
    table = BulkTable(session, model, tuple(row))
    table.rows.append(tuple(row.values()))
    table.write()


def by_sqlalchemy(session, model, row: dict) -> None:
    session.execute(insert(model), row)


def stored(session, model, row: dict) -> list[dict]:
    """Write a row in each way, each undone, and give what the driver reads of it."""
    found = []
    mark = "?" if session.get_bind().dialect.name == "sqlite" else "%s"
    key = row["id"].hex if mark == "?" else row["id"]
    for write in (in_bulk, by_sqlalchemy):
        with session.begin_nested() as savepoint:
            write(session, model, row)
            read = session.connection().exec_driver_sql(f'SELECT * FROM "{model.__tablename__}" WHERE id = {mark}', (key,))
            found.append(dict(read.mappings().one()))
            savepoint.rollback()
    return found


def test_an_event_with_its_times_ids_and_json(session, own):
    in_bulk, by_sqlalchemy = stored(
        session,
        AuditEvent,
        {
            "id": ids.new_id(),
            "at": IN_TOKYO,
            "action": "customer.imported",
            "customer_id": own.id,
            "subject_kind": "customer",
            "subject_id": None,
            "subject_name": "Müller & Sánchez\tGmbH \\N",
            "changes": {"name": [None, "Grün “quoted”\n"], "communications": [True, False], "amount": [0, 10**15]},
            "facts": {},
            **dict.fromkeys(("actor_name", "on_behalf_of", "ip", "device", "request_id"), ""),
            "actor_user_id": None,
            "actor_kind": "system",
            "origin": "cli",
        },
    )
    assert in_bulk == by_sqlalchemy


def test_a_customer_whose_other_columns_are_left_to_the_database(session, own):
    in_bulk, by_sqlalchemy = stored(
        session,
        Customer,
        {
            "id": ids.new_id(),
            "name": "Ada",
            "name_key": "ada",
            "business_entity_id": own.business_entity_id,
            **{"auto_charge": False, "communications": True, "support_access": True, "tax_exempt": False},
            **{"tax_exempt_reason": "", "tax_exempt_evidence": "", "notes": "", "status": "active", "version": 1},
            **{"custom_data": {"a": [1.5, None]}, "attributes": {}, "created_at": NOON, "updated_at": IN_TOKYO},
        },
    )
    assert in_bulk == by_sqlalchemy


def test_a_journal_entry_with_its_digest(session, own):
    in_bulk, by_sqlalchemy = stored(
        session,
        JournalEntry,
        {
            "id": ids.new_id(),
            "customer_id": own.id,
            "request_hash": bytes(range(32)),
            "posted_at": NOON,
            **{"reason": "import", "key_scope": "import", "key": "a", "actor_kind": "system", "origin": "cli"},
            **dict.fromkeys(("note", "customer_text", "reference", "actor_name", "approver_name"), ""),
        },
    )
    assert in_bulk == by_sqlalchemy


def test_many_customers_some_of_whom_lack_what_others_have(session, own):
    """NULL stays NULL and an empty text empty, whether a column has the one, the other, both or neither."""
    told = {
        "external_id": ["A-1", None, None],
        "phone": ["", None, "+4930123456"],
        "locale": [None, None, None],
        "time_zone": ["UTC", "UTC", "UTC"],
        "parent_id": [None, own.id, None],
        "archived_at": [None, NOON, IN_TOKYO],
        "tax_exempt": [True, False, True],
    }
    names = ("id", "name", "name_key", *told)
    constant = {
        "business_entity_id": own.business_entity_id,
        **{"auto_charge": False, "communications": True, "support_access": True, "created_at": NOON, "updated_at": NOON, "version": 1},
        **dict.fromkeys(("tax_exempt_reason", "tax_exempt_evidence", "notes"), ""),
        **{"custom_data": {}, "attributes": {}, "status": "active"},
    }
    keys = ids.new_ids(3)
    rows = list(zip(keys, ("Ada", "Bo", "Cy"), ("ada", "bo", "cy"), *told.values(), strict=True))
    found = []
    for bulk in (True, False):
        with session.begin_nested() as savepoint:
            if bulk:
                table = BulkTable(session, Customer, names, constant=constant)
                table.rows += rows
                table.write()
            else:
                session.execute(insert(Customer), [dict(zip(names, row, strict=True)) | constant for row in rows])
            read = session.connection().exec_driver_sql("SELECT * FROM customer WHERE name IN ('Ada', 'Bo', 'Cy') ORDER BY name")
            found.append([dict(row) for row in read.mappings()])
            savepoint.rollback()
    assert found[0] == found[1]
    assert [row["phone"] for row in found[0]] == told["phone"]


def test_nothing_collected_writes_nothing(session, own):
    BulkTable(session, Customer, ("id", "name")).write()
