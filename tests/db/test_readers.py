"""Sessions for questions on SQLite: connections that stay open, one snapshot each, and nothing they could write."""

import gc
import threading

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import OperationalError

from portal.domain.kept import Kept
from portal.model import Setting
from tests.db.books import made_in, write

pytestmark = pytest.mark.one_database

KEYS = Kept(select(Setting.key).order_by(Setting.key))


@pytest.fixture
def books(tmp_path):
    with made_in(tmp_path) as database:
        yield database


def driver(session):
    return session.connection().connection.driver_connection


def test_the_next_session_reads_through_the_same_connection(books):
    with books.reading() as session:
        one = driver(session)
    with books.reading() as session:
        assert driver(session) is one


def test_two_at_once_have_a_connection_each(books):
    with books.reading() as one, books.reading() as other:
        assert driver(one) is not driver(other)


def test_rows_and_objects_are_of_one_snapshot(books):
    with books.reading() as session:
        assert KEYS.scalars(session.connection(), {}) == ["first"]
        write(books, "second")
        assert [row.key for row in session.scalars(select(Setting))] == ["first"]
        assert session.scalar(select(func.count()).select_from(Setting)) == 1
        assert KEYS.scalars(session.connection(), {}) == ["first"]
    with books.reading() as session:
        assert [row.key for row in session.scalars(select(Setting).order_by(Setting.key))] == ["first", "second"]


def test_a_session_that_asked_for_objects_first_is_of_one_snapshot_too(books):
    with books.reading() as session:
        assert session.get(Setting, "second") is None
        write(books, "second")
        assert KEYS.scalars(session.connection(), {}) == ["first"]
    with books.reading() as session:
        assert session.get(Setting, "second").value == "second"


def test_a_closed_session_holds_no_snapshot(books):
    with books.reading() as session:
        KEYS.rows(session.connection(), {})
        held = driver(session)
    assert not held.in_transaction
    with books.reading() as session:
        session.scalars(select(Setting)).all()
    assert not held.in_transaction


def test_a_session_that_was_closed_reads_anew(books):
    session = books.read_session()
    assert KEYS.scalars(session.connection(), {}) == ["first"]
    session.close()
    write(books, "second")
    assert KEYS.scalars(session.connection(), {}) == ["first", "second"]
    session.close()


def test_nothing_can_be_written_through_it(books):
    with books.reading() as session, pytest.raises(OperationalError, match="readonly"):
        session.execute(insert(Setting), {"key": "second", "value": "second"})
    with books.reading() as session:
        assert KEYS.scalars(session.connection(), {}) == ["first"]


def test_a_question_that_fails_leaves_the_connection_fit_for_the_next(books):
    with books.reading() as session, pytest.raises(OperationalError):
        session.execute(text("SELECT nothing FROM nowhere"))
    with books.reading() as session:
        assert KEYS.scalars(session.connection(), {}) == ["first"]


def test_a_session_that_nobody_closes_spoils_no_writer(books):
    session = books.read_session()
    held = driver(session)
    del session
    gc.collect()
    assert not held.in_transaction
    write(books, "second")
    with books.reading() as session:
        assert KEYS.scalars(session.connection(), {}) == ["first", "second"]


def test_a_connection_that_broke_is_not_used_again(books):
    with books.reading() as session:
        driver(session).close()
    with books.reading() as session:
        assert KEYS.scalars(session.connection(), {}) == ["first"]


def test_those_who_read_leave_room_for_those_who_write(books):
    """The pool has one place; twenty readers at once keep theirs, and a writer still gets one."""
    together, done = threading.Barrier(21), threading.Event()

    def read():
        with books.reading() as session:
            KEYS.rows(session.connection(), {})
            together.wait(20)
            done.wait(20)

    threads = [threading.Thread(target=read) for _ in range(20)]
    for thread in threads:
        thread.start()
    together.wait(20)
    write(books, "second")
    done.set()
    for thread in threads:
        thread.join()
    with books.reading() as session:
        assert KEYS.scalars(session.connection(), {}) == ["first", "second"]


def test_disposing_closes_them_all(books):
    with books.reading() as one, books.reading() as other:
        held = [driver(one), driver(other)]
    books.dispose()
    for connection in held:
        with pytest.raises(Exception, match="closed"):
            connection.execute("SELECT 1")
