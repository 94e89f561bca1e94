"""Rows that were written or read past the unit of work are objects of the session like any other."""

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.exc import InvalidRequestError

from portal.domain.loaded import loaded
from portal.model import Wallet
from tests.cast import Cast


@pytest.fixture
def wallet(session):
    made = Wallet(customer_id=Cast.make(session).own.id, currency="EUR", balance=100)
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def row(session, wallet):
    found = session.connection().execute(select(Wallet.__table__).where(Wallet.id == wallet.id)).one()._asdict()
    session.expunge(wallet)
    return found


def test_an_object_of_a_row_is_the_session_s_own(session, row):
    made = loaded(session, Wallet, row)
    state = inspect(made)
    assert (state.persistent, state.session, state.modified) == (True, session, False)
    assert session.get(Wallet, row["id"]) is made
    assert session.scalars(select(Wallet).where(Wallet.id == row["id"])).one() is made
    assert {name: getattr(made, name) for name in row} == row


def test_what_is_changed_about_it_is_written(session, row):
    made = loaded(session, Wallet, row)
    made.name = "Tokyo office"
    assert made in session.dirty
    session.flush()
    assert session.scalar(select(Wallet.name).where(Wallet.id == row["id"])) == "Tokyo office"
    session.refresh(made)
    assert made.name == "Tokyo office"


def test_what_is_related_to_it_is_not_loaded_by_the_way(session, row):
    with pytest.raises(InvalidRequestError, match="lazy='raise'"):
        _ = loaded(session, Wallet, row).customer


def test_there_is_one_object_of_a_row(session, row):
    first = loaded(session, Wallet, row)
    with pytest.raises(InvalidRequestError, match="already present"):
        loaded(session, Wallet, row)
    assert session.get(Wallet, row["id"]) is first


def test_an_object_that_was_read_outlives_its_session_by_itself(database, row):
    with database.reading() as reading:
        made = loaded(reading, Wallet, row)
    assert inspect(made).detached
    assert made.currency == "EUR"
