"""Search: over every name and number, ranked, on both databases; no line raises."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from portal.domain import contacts, customers, listing, search
from portal.domain.listing import Filters
from portal.domain.search import documents, terms
from portal.model import SearchDocument
from portal.values import ids
from tests import factories
from tests.cast import Cast


@pytest.fixture
def people(session):
    made = Cast.make(session)
    search.index(session, [made.own.id, made.neighbour.id])
    return made


def names(session, query: str, **filters) -> list[str]:
    return [row.name for row in listing.page(session, Filters(q=query, values=filters)).rows]


def add(session, people, name, **facts):
    return customers.add(session, {"name": name, **facts}, by=people.operator())


@pytest.mark.parametrize(
    "query",
    ["grünwald", "GRUNWALD", "jørg", "unwal", "CUST-57", "cust-57", "marta@", "gruenwald.example", "Bernd", "vera@gruenwald.example", "gr"],
)
def test_a_customer_is_found_by_all_it_has(session, people, query):
    assert "Grünwald & Jørgensen GmbH" in names(session, query)


def test_numbers_are_found_however_they_are_grouped(session, people):
    add(session, people, "Fone", phone="+493012345678", tax_ids=[("eu_vat", "DE136695976")])
    for query in ("+49 30 12345678", "030 12345678", "(0)30/1234 5678", "49301234", "DE 136 695 976", "de136695976", "136.695.976"):
        assert names(session, query) == ["Fone"], query


def test_exact_comes_before_beginning_before_inside(session, people):
    for name in ("Great Acme Corp", "Acme Tools", "Acme"):
        add(session, people, name)
    assert names(session, "acme") == ["Acme", "Acme Tools", "Great Acme Corp"]


def test_every_word_must_match(session, people):
    assert names(session, "jorgensen bernd") == ["Grünwald & Jørgensen GmbH"]
    assert names(session, "jorgensen nora") == []


def test_marks_of_pattern_languages_are_plain_letters(session, people):
    add(session, people, '100% "Pure" _x_ (a*b) \\ OR')
    assert names(session, "100%") == ['100% "Pure" _x_ (a*b) \\ OR']
    for query in ('"pure"', "_x_", "(a*b)", "a*b", '% "pure'):
        assert names(session, query) == ['100% "Pure" _x_ (a*b) \\ OR'], query
    for query in ("gr%nwald", "gr_nwald", "gru*", '"grunwald', "grunwald NOT x"):
        assert names(session, query) == [], query


def test_the_documents_follow_what_is_changed(session, people):
    customers.change(session, people.own, {"name": "Zebra AG"}, version=None, by=people.operator())
    assert names(session, "grünwald & j") == []
    assert names(session, "zebra") == ["Zebra AG"]
    made = contacts.add(session, people.own, {"email": "new@elsewhere.example", "first_name": "Quirin"}, by=people.operator())
    assert names(session, "quirin") == ["Zebra AG"]
    contacts.remove(session, made, by=people.operator())
    assert names(session, "quirin") == []


def test_archived_customers_are_found_when_asked_for(session, people):
    customers.archive(session, people.own, by=people.operator())
    assert names(session, "grünwald") == []
    assert names(session, "grünwald", status="any") == ["Grünwald & Jørgensen GmbH"]


def test_many_are_added_at_once(session, people):
    made = [factories.customer(session, people.entity, name=f"Bulk {number}") for number in range(3)]
    assert search.index_new(session, [(row.id, search.body(name=row.name, phone="+4912345")) for row in made]) == 3
    assert names(session, "bulk") == ["Bulk 0", "Bulk 1", "Bulk 2"]
    search.index(session, [made[1].id])
    assert names(session, "12345") == ["Bulk 0", "Bulk 2"]


def test_a_broad_search_shows_all_and_what_begins_with_it_first(session, people):
    crowd = [factories.customer(session, people.entity, name=f"{number:03} Crowd") for number in range(300)]
    crowd.append(factories.customer(session, people.entity, name="Crowd & Co"))
    search.index_new(session, [(row.id, search.body(name=row.name)) for row in crowd])
    page = listing.page(session, Filters(q="crowd"))
    assert page.rows[0].name == "Crowd & Co"
    assert str(listing.count(session, page)) == "301"
    seen = [row.name for row in page.rows]
    while page.next:
        page = listing.page(session, Filters(q="crowd"), cursor=page.next)
        seen += [row.name for row in page.rows]
    assert sorted(seen) == sorted(row.name for row in crowd)
    last = listing.page(session, Filters(q="crowd"), cursor="last")
    assert [row.name for row in last.rows] == seen[-50:]
    by_name = listing.page(session, Filters(q="crowd"), sort="-name")
    assert [row.name for row in by_name.rows][:2] == ["Crowd & Co", "299 Crowd"]


def test_the_full_text_index_and_its_documents_agree(session, people):
    customers.change(session, people.own, {"name": "Zebra AG"}, version=None, by=people.operator())
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)"))
    assert len(search.matching(session, "zebra").documents) == 1


def test_customers_that_are_indexed_together_are_found_after_the_block(session, people):
    with documents.together(session):
        customers.change(session, people.own, {"name": "Renamed"}, version=None, by=people.operator())
        customers.change(session, people.own, {"name": "Renamed twice"}, version=None, by=people.operator())
        added = add(session, people, "Brand new")
        assert "renamed" not in session.scalar(select(SearchDocument.body).where(SearchDocument.customer_id == people.own.id))
    assert names(session, "renamed twice") == ["Renamed twice"]
    assert names(session, "brand new") == [added.name]
    session.flush()
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)"))


def test_a_customer_without_a_document_is_given_one(session, people):
    bare = factories.customer(session, people.entity, name="Bare")
    search.index(session, [bare.id, ids.new_id()])
    assert names(session, "bare") == ["Bare"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60) | st.text(alphabet='"%_\\*()+-@./ 0aA^:', max_size=20))
def test_no_line_raises(session, people, query):
    page = listing.page(session, Filters.read([("q", query)]))
    listing.count(session, page)
    match = search.matching(session, query)
    assert match is None or match.terms.words


@given(st.text(max_size=300))
def test_terms_are_bounded(query):
    read = terms.read(query)
    assert read is None or (len(read.words) <= terms.MAX_WORDS and len(read.typed) <= terms.MAX_LENGTH)
