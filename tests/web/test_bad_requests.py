"""Requests that cannot be answered as they came get an honest page: what is the matter, and a way on."""

from uuid import uuid4


def test_a_page_that_is_not_there_says_more_than_its_title(client):
    page = client.as_operator().get(f"/console/customers/{uuid4()}", status=404)
    assert page.h1 == "There is nothing here"
    assert next(line.text for line in page.find("main").iter("p")).startswith("The address may be mistyped")


def test_what_says_more_by_itself_is_said(client):
    page = client.as_operator().get(f"/console/imports/{uuid4()}", status=404)
    assert "There is no such import. It may have been deleted." in page.text


def test_a_form_that_is_too_large_is_not_called_a_file(client):
    operator = client.as_operator()
    typed = operator.post("/console/customers/", {"name": "x" * 2_200_000}, status=413)
    assert "What was typed is more than is read here at once. Nothing has been saved. Go back and shorten it." in typed.text
    assert "The file is larger" not in typed.text
