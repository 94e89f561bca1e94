"""Files read once and worked as often as need be."""

from pathlib import Path

import pytest

from portal.domain import imports

DATA = Path(__file__).parents[2] / "data"


def files(*names: str) -> tuple[imports.Files, list[int]]:
    """Open files of the tests' data; each time one is begun is counted."""
    begun = []

    def source(name: str) -> imports.Source:
        def content():
            begun.append(name)
            yield (DATA / name).read_bytes()

        return imports.Source(name.partition("-")[0].partition(".")[0], name, content)

    return imports.Files([source(name) for name in names]), begun


def worked(opened: imports.Files) -> list[tuple]:
    return [
        (batch.size, [row.packed() for row in batch.rows], batch.findings.packed())
        for file in opened.by_kind.values()
        for batch in file.batches()
    ]


@pytest.mark.parametrize("names", [("customers.csv", "contacts.csv"), ("customers-dirty.csv",)])
def test_a_file_is_read_once_and_gives_the_same_each_time(names):
    opened, begun = files(*names)
    first = worked(opened)
    assert worked(opened) == first == worked(opened)
    assert begun == list(names)


def test_reading_ahead_tells_how_far_it_is_and_leaves_nothing_to_read():
    opened, begun = files("customers.csv", "contacts.csv")
    told = []
    opened.read(told.append)
    assert told == [39, 79]
    assert sum(size for size, _, _ in worked(opened)) == 79
    assert begun == ["customers.csv", "contacts.csv"]


def test_a_rehearsal_after_a_check_counts_and_finds_the_same(database, cast):
    opened, begun = files("customers.csv", "contacts.csv")
    with database.reading() as session:
        checked = imports.check(session, opened, by=cast.operator())
    with database.write_session() as session:
        rehearsed = imports.apply(session, opened, by=cast.operator())
        session.rollback()
    assert checked.counts() == rehearsed.counts()
    assert begun == ["customers.csv", "contacts.csv"]
