"""The list's filters by custom attributes: asked in the form, told in chips, kept in the address."""

import re

import pytest

from portal.domain import attributes, customers

LIST = "/console/customers/"


@pytest.fixture
def valued(database, cast):
    """Attributes of several kinds; the cast's own customer has values of them."""
    with database.writing() as session:
        for label, kind, facts in (
            ("Segment", "choice", {"choices": ["SMB", "Enterprise"]}),
            ("Account manager", "text", {}),
            ("Seats", "whole", {}),
            ("Onboarded", "date", {}),
            ("Partner", "yes_no", {}),
            ("Setup", "json", {}),
        ):
            attributes.define(session, {"label": label, "kind": kind, **facts}, by=cast.operator())
        own = customers.find(session, cast.operator(), cast.own.id)
        values = {"segment": "SMB", "account_manager": "Zoë <Quispe>", "seats": 12, "onboarded": "2026-03-01", "partner": True}
        customers.change(session, own, {"attributes": values}, version=None, by=cast.operator())


def names(page) -> list[str]:
    return [row.find("a").text for row in page.find_all("th") if row.get("scope") == "row"]


def chips(page) -> list[str]:
    return [re.sub(r"\s+", " ", "".join(chip.itertext())).strip() for chip in page.find_all("span", class_="chip")]


def fields(page) -> dict:
    form = next(form for form in page.find_all("form") if form.get("aria-label") == "Filters")
    return {field.get("name"): field for field in form.iter() if field.tag in {"input", "select"}}


def chosen(select) -> str:
    return next(option.get("value") for option in select.iter("option") if option.get("selected") is not None)


def test_the_form_asks_each_kind_in_its_own_way(client, valued):
    page = client.as_operator().get(f"{LIST}?filter=1")
    asked = [name for name in fields(page) if name.startswith("attribute")]
    assert asked == [
        "attribute.segment", "attribute.account_manager.has", "attribute.seats.from", "attribute.seats.to", "attribute.onboarded.from",
        "attribute.onboarded.to", "attribute.partner", "attribute_set", "attribute_unset",
    ]  # fmt: skip


def test_without_attributes_the_form_asks_nothing_of_them(client):
    assert "attribute" not in client.as_operator().get(f"{LIST}?filter=1").text.lower()


def test_questions_stand_as_chips_that_can_be_taken_off(client, cast, valued):
    query = "attribute.seats.from=10&attribute.account_manager.has=%3Cquispe&attribute.onboarded.to=2026-03-01&attribute_unset=setup"
    page = client.as_operator().get(f"{LIST}?{query}")
    assert names(page) == [cast.own.name]
    assert chips(page) == ["Seats from 10", "Account manager contains “<quispe”", "Onboarded until 1 Mar 2026", "Setup has none"]
    off = next(link.get("href") for link in page.find_all("a") if "Remove the filter Seats" in (link.get("aria-label") or ""))
    assert "attribute.seats" not in off
    assert "attribute.setup.set=no" in off


def test_the_form_keeps_what_is_asked_and_what_it_has_no_field_for(client, valued):
    query = "attribute.segment=Retired&attribute.account_manager=Zo%C3%AB&attribute.partner=yes&attribute.seats.set=yes"
    page = client.as_operator().get(f"{LIST}?{query}&filter=1")
    kept = fields(page)
    assert chosen(kept["attribute.segment"]) == "Retired"
    assert chosen(kept["attribute_set"]) == "seats"
    assert chosen(kept["attribute.partner"]) == "yes"
    assert (kept["attribute.account_manager"].get("type"), kept["attribute.account_manager"].get("value")) == ("hidden", "Zoë")


def test_what_an_attribute_says_is_found_by_the_search_line(client, cast, valued):
    operator = client.as_operator()
    assert names(operator.get(f"{LIST}?q=quispe")) == [cast.own.name]
    page = operator.get(f"{LIST}?q=quispe&attribute.segment=Enterprise")
    assert "Search without filters" in page.text
