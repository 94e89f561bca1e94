"""Room for pages while an import writes, and not a moment longer."""

import pytest

from portal.domain.imports import page_cache


def room(session) -> int:
    return session.connection().exec_driver_sql("PRAGMA cache_size").scalar_one()


def test_an_import_has_more_room_for_pages_and_gives_it_back(database):
    if database.dialect == "postgresql":
        with database.writing() as session, page_cache.widened(session):
            assert session.connection().exec_driver_sql("SELECT 1").scalar_one() == 1
        return
    with database.writing() as session:
        before = room(session)
        with pytest.raises(RuntimeError), page_cache.widened(session):
            assert room(session) == -page_cache.ROOM_KIB
            raise RuntimeError
        assert room(session) == before
