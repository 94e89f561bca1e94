"""Customers are found by the words of their custom attributes, and by no others, whatever becomes of the definitions."""

import pytest
from sqlalchemy import select

from portal.domain import attributes, customers, listing
from portal.domain.listing import Filters
from portal.domain.search import renewal
from portal.model import Setting
from portal.worker import search_job
from tests import factories


@pytest.fixture
def change(database, cast):
    """Sets attributes of the cast's own customer: change(manager="Zoë")."""

    def changed(**values):
        with database.writing() as session:
            own = customers.find(session, cast.operator(), cast.own.id)
            customers.change(session, own, {"attributes": values}, version=None, by=cast.operator())

    return changed


@pytest.fixture
def define(database, cast):
    def defined(label: str, kind: str = "text", **facts):
        with database.writing() as session:
            return attributes.define(session, {"label": label, "kind": kind, **facts}, by=cast.operator()).id

    return defined


def found(database, query: str) -> list[str]:
    with database.reading() as session:
        return [row.name for row in listing.page(session, Filters(q=query)).rows]


def test_words_of_texts_choices_and_lists_are_found_as_they_change(database, cast, define, change):
    define("Manager"), define("Segment", "choice", choices=["Midmarket"]), define("Tags", "list"), define("Term", "date")
    change(manager="Zoë Papadopoulos", segment="Midmarket", tags=["churning", "pilots"], term="2026-12-31")
    name = cast.own.name
    assert [found(database, words) for words in ("zoe papa", "midmarket", "pilots", "2026-12-31")] == [[name], [name], [name], []]
    change(manager="Ada Quispe")
    assert (found(database, "papadopoulos"), found(database, "ada quispe")) == ([], [name])


def test_what_is_removed_is_found_no_more_and_what_comes_back_is(database, cast, define, change):
    made = define("Manager")
    change(manager="Papadopoulos")
    with database.writing() as session:
        attributes.remove(session, attributes.find(session, made), by=cast.operator())
    assert search_job.run(database) is True
    assert found(database, "papadopoulos") == []
    assert search_job.run(database) is False
    define("Manager")
    assert search_job.run(database) is True
    assert found(database, "papadopoulos") == [cast.own.name]


def test_an_attribute_of_other_customers_is_not_looked_into(database, cast, define, change):
    made = define("Manager")
    change(manager="Papadopoulos")
    with database.writing() as session:
        southwind, _ = factories.entity(session, name="Southwind", is_default=False)
        attributes.change(session, attributes.find(session, made), {"business_entity_id": southwind.id}, by=cast.operator())
    assert search_job.run(database) is True
    assert found(database, "papadopoulos") == []


def test_a_definition_without_values_and_of_numbers_makes_no_work(database, cast, define, change):
    made = define("Seats", "whole")
    define("Manager")
    change(seats=7)
    with database.writing() as session:
        attributes.remove(session, attributes.find(session, made), by=cast.operator())
    define("Seats", "whole")
    assert search_job.run(database) is False


def test_the_work_is_done_in_pieces_and_begins_anew_when_it_is_asked_for_again(database, cast):
    with database.writing() as session:
        renewal.ask(session)
        assert renewal.renew(session, 1) == 1
        at = session.get(Setting, renewal.KEY).value
        renewal.ask(session)
        assert session.get(Setting, renewal.KEY).value < at
        assert [renewal.renew(session, 1) for _ in range(3)] == [1, 1, 0]
        assert not renewal.waiting(session)
        assert renewal.renew(session) == 0
        assert session.scalar(select(Setting.value).where(Setting.key == renewal.KEY)) == ""
