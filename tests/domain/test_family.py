"""Parents found by what people call them; children listed page by page."""

import pytest

from portal.domain import customers, family
from portal.domain.errors import NotFound
from tests.cast import Cast


@pytest.fixture
def people(session) -> Cast:
    return Cast.make(session)


def test_a_customer_is_found_by_its_id_or_its_name_whatever_the_case(session, people):
    for text in ("CUST-57", " CUST-57 ", "Grünwald & Jørgensen GmbH", "grunwald jorgensen gmbh"):
        assert family.named(session, text, actor=people.operator()).id == people.own.id


def test_what_is_written_for_a_customer_finds_it_again(session, people):
    assert family.named(session, family.shown(people.own), actor=people.operator()).id == people.own.id
    assert family.shown(None) == ""


def test_a_name_nobody_has_and_a_name_of_several_are_refused(session, people):
    with pytest.raises(NotFound, match="No customer has the ID or the name “Nobody”"):
        family.named(session, "Nobody", actor=people.operator())
    for _ in range(2):
        customers.add(session, {"name": "Twin"}, by=people.operator())
    with pytest.raises(family.NotOne, match="Write the Customer ID"):
        family.named(session, "twin", actor=people.operator())


def test_names_that_begin_as_typed_are_offered_but_not_archived_ones(session, people):
    customers.archive(session, people.neighbour, by=people.operator())
    assert [row.id for row in family.near(session, "grun", actor=people.operator())] == [people.own.id]
    assert [row.id for row in family.near(session, "CUST-5", actor=people.operator())] == [people.own.id]
    assert family.near(session, "  ", actor=people.operator()) == []


def test_children_come_by_name_page_by_page(session, people):
    for name in ("Delta", "alpha", "Ärmel", "Beta", "Beta"):
        customers.add(session, {"name": name, "parent_id": people.own.id}, by=people.operator())
    seen, after = [], None
    while True:
        page = family.children(session, people.own.id, actor=people.operator(), after=after, size=2)
        seen += [row.name for row in page.rows]
        if not page.more:
            break
        after = page.rows[-1].id
    assert seen == ["alpha", "Ärmel", "Beta", "Beta", "Delta"]
