"""The customers below a customer."""

from uuid import uuid4

import pytest

from portal.domain import customers, wallets
from portal.model import Customer


@pytest.fixture
def family(database, cast) -> list[Customer]:
    """Two children of the own customer, one with a child of its own, each with credit."""
    by = cast.operator()
    with database.writing() as session:
        one = customers.add(session, {"name": "Branch One", "external_id": "B-1", "parent_id": cast.own.id}, by=by)
        two = customers.add(session, {"name": "Branch Two", "parent_id": cast.own.id}, by=by)
        below = customers.add(session, {"name": "Sub-branch", "parent_id": one.id}, by=by)
        for customer, currency, amount in ((cast.own, "EUR", 10_000), (one, "EUR", 2_500), (below, "EUR", 100), (two, "KWD", 1_234)):
            wallet = wallets.open(session, session.get_one(Customer, customer.id), currency, by=by)
            wallets.adjust(session, wallet, amount, reason="goodwill", key=str(uuid4()), by=by)
        return [one, two, below]


def path(customer) -> str:
    return f"/console/customers/{customer.id}/children"


def cells(page, row) -> list[str]:
    return [" ".join("".join(cell.itertext()).split()) for cell in row if cell.tag in {"th", "td"}]


def test_children_are_listed_with_their_balance_and_all_below_is_added_up(client, cast, family):
    page = client.as_operator("viewer").get(path(cast.own))
    balances, children, totals = page.find_all("tbody")
    assert len(list(balances.iter("tr"))) == 1
    assert [cells(page, row) for row in children] == [
        ["Branch One B-1", "B-1", "Active", "25.00", "EUR"],
        ["Branch Two", "none", "Active", "1.234", "KWD"],
    ]
    assert [cells(page, row) for row in totals] == [
        ["EUREuro", "100.00", "26.00", "126.00"],
        ["KWDKuwaiti Dinar", "0.000", "1.234", "1.234"],
    ]


def test_a_customer_without_children_says_what_they_are_for(client, cast):
    page = client.as_operator().get(path(cast.own))
    assert "No child customers." in page.text
    assert page.find_all("a", href=f"/console/customers/new?parent={cast.own.id}")
    assert not client.as_operator("viewer").get(path(cast.own)).find_all("a", href=f"/console/customers/new?parent={cast.own.id}")


def test_the_page_after_the_last_says_so(client, cast, family):
    page = client.as_operator().get(f"{path(cast.own)}?after={family[1].id}")
    assert "There are no more." in page.text
    assert client.as_operator().get(f"{path(cast.own)}?after=nonsense").find_all("table")


def test_htmx_gets_the_rows(client, cast, family):
    part = client.as_operator().get(path(cast.own), htmx=True)
    assert part.find("div", id="rows") is not None
    assert not part.find_all("h1")


def test_nobody_else_sees_them(client, cast, family):
    client.as_person(at="neighbour").get(path(cast.own), status=303)
    client.as_operator().get(f"/console/customers/{uuid4()}/children", status=404)
