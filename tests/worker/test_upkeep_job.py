"""SQLite plans by what is in the tables, and its log is emptied now and then: the worker sees to both."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from portal.db import REQUESTS, Database
from portal.model import Customer
from portal.worker import loop
from tests import factories

pytestmark = pytest.mark.one_database

PEOPLE = 60
HURRIED = replace(REQUESTS, write_seconds=0.2)


@pytest.fixture
def crowd(database):
    """Customers of whom one in twenty is archived."""
    with database.writing() as session:
        entity, _ = factories.entity(session)
        for number in range(PEOPLE):
            status = "active" if number % 20 else "archived"
            factories.customer(session, entity, name=f"Customer {number}", status=status)


def known(database) -> dict[str, str]:
    """Give what SQLite goes by, by index; nothing where nobody has looked."""
    with database.reading() as session:
        if not session.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")):
            return {}
        return dict(session.execute(text("SELECT idx, stat FROM sqlite_stat1 WHERE idx IS NOT NULL")).all())


def test_the_worker_looks_what_is_in_the_tables(database, crowd, settings):
    assert known(database) == {}
    loop.Worker(settings, database).jobs["upkeep"]()
    assert known(database)["ix_customer_name_key"].split()[0] == str(PEOPLE)


def test_no_samples_of_values_are_taken(database, crowd):
    database.gather_statistics()
    with database.reading() as session:
        if session.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat4'")):
            assert session.scalar(text("SELECT count(*) FROM sqlite_stat4")) == 0


def test_tables_that_have_grown_much_are_looked_at_again(database, crowd):
    database.gather_statistics()
    with database.writing() as session:
        entity, _ = factories.entity(session, name="Southwind", is_default=False)
        for number in range(PEOPLE * 20):
            factories.customer(session, entity, name=f"Another {number}")
    database.gather_statistics()
    assert int(known(database)["ix_customer_name_key"].split()[0]) > PEOPLE


def test_statistics_are_left_for_another_time_where_somebody_writes(database, crowd):
    """An import that is done stays done, and nobody waits for what may as well be looked at later."""
    with Database(str(database.url), purpose=HURRIED) as other:
        with database.writing() as session:
            session.scalars(select(Customer)).first().notes = "Written"
            other.gather_statistics()
        assert known(database) == {}
        other.gather_statistics()
    assert known(database)


def log_of(database) -> Path:
    return Path(f"{database.url.database}-wal")


def test_the_log_is_cut_to_nothing_and_nothing_in_it_is_lost(database, crowd, settings):
    assert log_of(database).stat().st_size
    loop.Worker(settings, database).jobs["upkeep"]()
    assert log_of(database).stat().st_size == 0
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Customer)) == PEOPLE


def test_while_somebody_reads_the_log_stays_and_writers_go_on(database, crowd):
    with database.reading() as reader:
        assert reader.scalar(select(func.count()).select_from(Customer)) == PEOPLE
        with database.writing() as session:
            session.scalars(select(Customer)).first().notes = "Written meanwhile"
        database.empty_log()
        assert log_of(database).stat().st_size
        with database.writing() as session:
            session.scalars(select(Customer)).first().notes = "Written after"
        assert reader.scalar(select(func.count()).select_from(Customer)) == PEOPLE
    database.empty_log()
    assert log_of(database).stat().st_size == 0
