"""Kept statements: the same rows and refusals as SQLAlchemy's own execution, on either database."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from portal.domain.kept import Kept
from portal.model import AuditEvent, Contact, Wallet
from portal.values import ids
from tests.cast import Cast

AT = datetime(2026, 11, 23, 13, 30, 0, 250, tzinfo=timezone(timedelta(hours=1)))
_event = AuditEvent.__table__
_wallet = Wallet.__table__


@pytest.fixture
def cast(session):
    return Cast.make(session)


def event(**columns) -> dict:
    words = ("subject_kind", "subject_name", "actor_name", "on_behalf_of", "ip", "device", "request_id")
    known = {"id": ids.new_id(), "at": AT, "action": "test.kept", "actor_kind": "system", "origin": "cli", "changes": {}, "facts": {}}
    return {column.key: None for column in _event.c} | dict.fromkeys(words, "") | known | columns


def test_what_is_written_reads_as_it_was(session, cast):
    row = event(facts={"amount": 5, "words": "Grün „x“", "list": [None, True]}, customer_id=cast.own.id)
    Kept(insert(_event)).write(session.connection(), row)
    kept = session.get_one(AuditEvent, row["id"])
    assert (kept.at, kept.facts, kept.customer_id, kept.subject_id) == (AT.astimezone(UTC), row["facts"], cast.own.id, None)


def test_rows_are_those_of_sqlalchemy(session, cast):
    Kept(insert(_event)).write_all(session.connection(), [event(facts={"n": n}) for n in range(3)])
    for statement, values in (
        (select(_event).where(_event.c.action == bindparam("action")).order_by(_event.c.id), {"action": "test.kept"}),
        (select(Contact.__table__).where(Contact.customer_id == bindparam("of")).order_by(Contact.id), {"of": cast.own.id}),
    ):
        expected = session.connection().execute(statement, values).all()
        rows = Kept(statement).rows(session.connection(), values)
        assert len(rows) == 3
        assert [row._asdict() for row in rows] == [dict(row._mapping) for row in expected]


def test_a_statement_gives_back_what_it_returns_and_how_many_rows_it_touched(session, cast):
    made = Wallet(customer_id=cast.own.id, currency="EUR", balance=100)
    session.add(made)
    session.flush()
    raising = update(_wallet).where(_wallet.c.id == bindparam("wallet_id")).values(balance=_wallet.c.balance + bindparam("more"))
    telling = raising.returning(_wallet.c.balance, _wallet.c.customer_id, _wallet.c.is_main)
    values = {"wallet_id": made.id, "more": 5}
    assert Kept(raising).write(session.connection(), values) == 1
    row = Kept(telling).first(session.connection(), values)
    assert (row.balance, row.customer_id, row.is_main) == (110, cast.own.id, False)
    assert Kept(raising).write(session.connection(), values | {"wallet_id": ids.new_id()}) == 0
    assert Kept(select(_wallet.c.id).where(_wallet.c.id == bindparam("x"))).first(session.connection(), {"x": ids.new_id()}) is None


def test_a_refusal_of_the_database_is_sqlalchemy_s(session, cast):
    row = event()
    Kept(insert(_event)).write(session.connection(), row)
    with pytest.raises(IntegrityError, match=r"(?i)unique"), session.begin_nested():
        Kept(insert(_event)).write(session.connection(), row)
    assert session.get_one(AuditEvent, row["id"]).action == "test.kept"


def test_a_list_among_the_values_is_a_list_on_either_database(session, cast):
    statement = Kept(select(Contact.id).where(Contact.customer_id.in_(bindparam("of", expanding=True))).order_by(Contact.id))
    assert len(statement.rows(session.connection(), {"of": [cast.own.id]})) == 3
    assert statement.rows(session.connection(), {"of": []}) == []
