"""Saved views in the console: saved from the list, in its margin, shared, renamed, removed."""

import pytest
from sqlalchemy import select

from portal.domain import saved_views
from portal.model import SavedView

LIST, HERE = "/console/customers/", "/console/views"


@pytest.fixture
def manager(client):
    return client.as_operator("manager")


def save(client, query: str = "country=DE", **typed):
    return client.post(HERE, {"query": query, "name": "Germans"} | typed)


def margin(client, query: str = "") -> str:
    return client.get(f"{LIST}?{query}" if query else LIST).body.partition('aria-label="Views"')[2].partition("</nav>")[0]


def test_the_list_offers_to_be_saved_where_something_narrows_it(manager):
    assert "Save as view" not in manager.get(LIST).text
    assert "Save as view" not in manager.get(f"{LIST}?balance=credit").text
    page = manager.get(f"{LIST}?country=DE&sort=-created").body
    assert f'href="{HERE}/new?country=DE&amp;sort=-created"' in page


def test_a_saved_view_stands_in_the_margin_and_is_its_own_address(manager):
    form = manager.get(f"{HERE}/new?country=DE&sort=-created&page=xyz&nonsense=1")
    answer = manager.submit(form, HERE, {"name": "Germans, newest first"})
    assert answer.location == f"{LIST}?country=DE&sort=-created"
    page = manager.follow(answer)
    assert page.h1 == "Germans, newest first"
    assert 'aria-current="page"><span>Germans, newest first</span>' in page.body
    assert 'aria-current="page"><span>Germans' not in margin(manager)
    assert "Germans, newest first" in margin(manager)


def test_a_view_is_ones_own_until_it_is_shared(manager, client, database):
    save(manager)
    assert "Germans" not in margin(client.as_operator("owner"))
    with database.reading() as session:
        view = session.scalars(select(SavedView)).one()
    manager.post(f"{HERE}/{view.id}", {"name": "Germans", "shared": "y"})
    assert "Germans" in margin(client.as_operator("owner"))
    assert "Manager Operator, for all" in client.as_operator("owner").get(HERE).text


def test_somebody_elses_view_is_read_and_not_changed(manager, client, database):
    save(manager, shared="y")
    with database.reading() as session:
        view = session.scalars(select(SavedView)).one()
    owner = client.as_operator("owner")
    assert "somebody else’s" in owner.get(f"{HERE}/{view.id}/edit").text
    owner.post(f"{HERE}/{view.id}", {"name": "Mine now"}, status=409)
    owner.post(f"{HERE}/{view.id}/removal", status=409)
    with database.reading() as session:
        assert session.scalars(select(SavedView.name)).all() == ["Germans"]


def test_a_private_view_of_somebody_else_is_not_there(manager, client, database):
    save(manager)
    with database.reading() as session:
        view = session.scalars(select(SavedView)).one()
    client.as_operator("owner").get(f"{HERE}/{view.id}/edit", status=404)


def test_a_view_is_renamed_and_removed(manager, database):
    save(manager)
    with database.reading() as session:
        view = session.scalars(select(SavedView)).one()
    manager.post(f"{HERE}/{view.id}", {"name": "In Germany"})
    assert "In Germany" in margin(manager)
    manager.post(f"{HERE}/{view.id}/removal")
    assert "In Germany" not in margin(manager)
    assert "No view is saved yet." in manager.get(HERE).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "The name is missing"),
        ({"name": "x" * 61}, "too many"),
        ({"query": "", "name": "All"}, "Nothing narrows the list"),
        ({"query": "page=x&nonsense=1", "name": "All"}, "Nothing narrows the list"),
    ],
)
def test_the_form_says_what_is_wrong(manager, typed, said):
    answer = manager.post(HERE, {"query": "country=DE", "name": "Germans"} | typed, status=422)
    assert said in answer.text


def test_two_views_of_one_name_are_refused(manager):
    save(manager)
    answer = manager.post(HERE, {"query": "country=JP", "name": "GERMANS"}, status=422)
    assert "There is a view of this name already." in answer.text


def test_more_views_than_a_margin_holds_are_refused(manager, database, cast):
    with database.writing() as session:
        session.add_all(
            SavedView(name=f"View {one}", query="country=DE", user_id=cast.operators["manager"].id) for one in range(saved_views.MOST)
        )
    answer = manager.post(HERE, {"query": "country=JP", "name": "One more"}, status=422)
    assert "Remove one first" in answer.text


def test_a_name_with_markup_is_shown_as_it_is(manager):
    save(manager, name="<b>Bold</b> & co")
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; co" in margin(manager)


def test_a_viewer_reads_shared_views_and_saves_none(manager, client):
    save(manager, shared="y")
    viewer = client.as_operator("viewer")
    page = viewer.get(f"{LIST}?country=JP")
    assert "Germans" in page.text
    assert "Save as view" not in page.text
    viewer.post(HERE, {"query": "country=JP", "name": "x"}, status=403)


def test_what_a_view_shows_is_said_in_words(manager):
    save(manager, query="q=graun&country=DE&sort=-created")
    page = manager.get(HERE).text
    assert "Search “graun”, Country Germany, Order created, the other way round" in page
