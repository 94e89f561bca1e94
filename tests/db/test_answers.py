"""What SQLite answered is kept while nobody writes, and never a moment longer."""

import pytest
from sqlalchemy import bindparam, insert, select

from portal.db import Database, answers
from portal.domain.kept import Kept
from portal.model import Setting
from tests.db.books import made_in, write

pytestmark = pytest.mark.one_database

VALUES = Kept(select(Setting.value).order_by(Setting.key))
OF_KEY = Kept(select(Setting.value).where(Setting.key == bindparam("key")))


@pytest.fixture
def books(tmp_path):
    with made_in(tmp_path) as database:
        yield database


def read(database, kept=VALUES, **values):
    with database.reading() as session:
        return kept.scalars(session.connection(), values)


def statements(database, work) -> list[str]:
    """Give what SQLite is asked while `work` runs."""
    asked: list[str] = []
    with database.reading() as session:
        driver = session.connection().connection.driver_connection
    driver.set_trace_callback(asked.append)
    work()
    driver.set_trace_callback(None)
    return [one for one in asked if one.startswith("SELECT")]


def test_a_question_put_again_is_not_asked_again(books):
    read(books)
    assert statements(books, lambda: read(books)) == []
    assert len(statements(books, lambda: read(books, OF_KEY, key="first"))) == 1


def test_what_another_connection_wrote_is_seen_at_once(books):
    assert read(books) == ["first"]
    with Database(str(books.url)) as other:
        write(other, "second")
    assert read(books) == ["first", "second"]


def test_what_the_same_process_wrote_is_seen_at_once(books):
    assert read(books) == ["first"]
    write(books, "second")
    assert read(books) == ["first", "second"]


def test_a_change_by_the_driver_itself_is_seen_at_once(books):
    assert read(books) == ["first"]
    with books.read_engine.connect() as connection:
        connection.exec_driver_sql("UPDATE setting SET value = '\"changed\"'")
        connection.commit()
    assert read(books) == ["changed"]


def test_what_was_not_committed_is_not_kept(books):
    with pytest.raises(RuntimeError), books.writing() as session:
        session.execute(insert(Setting), {"key": "second", "value": "second"})
        assert VALUES.scalars(session.connection(), {}) == ["first", "second"]
        raise RuntimeError
    assert read(books) == ["first"]


def test_questions_with_other_values_have_answers_of_their_own(books):
    write(books, "second")
    assert read(books, OF_KEY, key="first") == ["first"]
    assert read(books, OF_KEY, key="second") == ["second"]
    assert read(books, OF_KEY, key="third") == []
    assert statements(books, lambda: read(books, OF_KEY, key="third")) == []


def test_no_more_is_kept_than_there_is_room_for(books):
    read(books)
    for number in range(answers.KEPT):
        read(books, OF_KEY, key=str(number))
    assert len(statements(books, lambda: read(books))) == 1


def test_long_answers_are_not_kept(books):
    write(books, *map(str, range(answers.LARGEST)))
    read(books)
    assert len(statements(books, lambda: read(books))) == 1
