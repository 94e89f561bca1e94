"""What the head and the overview of a customer's page are made of."""

from datetime import timedelta
from uuid import uuid4

import pytest

from portal.domain import customers, overview, wallets
from portal.model import Customer
from portal.values import clock
from tests.cast import Cast


@pytest.fixture
def people(session) -> Cast:
    return Cast.make(session)


def credit(session, people, customer, currency: str, amount: int, **more):
    wallet = next((kept for kept in wallets.of_customer(session, customer.id) if kept.currency == currency), None)
    wallet = wallet or wallets.open(session, customer, currency, by=people.operator())
    return wallets.adjust(session, wallet, amount, reason="promotion", key=str(uuid4()), by=people.operator(), **more)


def test_the_head_has_the_wallets_main_first_and_counts_the_sections(session, people):
    credit(session, people, people.own, "EUR", 2_500)
    credit(session, people, people.own, "JPY", 900)
    customers.add(session, {"name": "Branch", "parent_id": people.own.id}, by=people.operator())
    head = overview.head(session, people.own.id)
    assert [(wallet.currency, wallet.balance) for wallet in head.wallets] == [("EUR", 2_500), ("JPY", 900)]
    assert head.main_wallet.currency == "EUR"
    assert {name: head.counts[name] for name in ("contacts", "wallets", "children")} == {"contacts": 3, "wallets": 2, "children": 1}


def test_removed_contacts_are_not_counted(session, people):
    people.own_contacts["viewer"].removed_at = clock.now()
    session.flush()
    assert overview.head(session, people.own.id).counts["contacts"] == 2


def test_of_credit_that_ends_the_first_to_end_is_told_with_its_sum(session, people):
    soon, later = clock.now() + timedelta(days=10), clock.now() + timedelta(days=20)
    for amount, until in ((300, later), (200, soon), (50, soon)):
        credit(session, people, people.own, "EUR", amount, expires_at=until)
    wallet = overview.head(session, people.own.id).main_wallet
    assert (int(wallet.ending), wallet.ends_at) == (250, soon)


def test_a_neighbours_wallets_are_not_told(session, people):
    credit(session, people, people.neighbour, "EUR", 2_500)
    head = overview.head(session, people.own.id)
    assert (head.wallets, head.main_wallet) == ([], None)


def test_the_overview_has_the_default_addresses_and_the_tax_ids(session, people):
    facts = {
        "billing": {"line1": "A 1", "country": "DE"},
        "shipping": {"line1": "B 2", "country": "DE"},
        "tax_ids": [("us_ein", "042103594")],
    }
    customers.change(session, people.own, facts, version=None, by=people.operator())
    found = overview.overview(session, people.own.id, overview.head(session, people.own.id), actor=people.operator())
    assert (found.billing["line1"], found.shipping["line1"]) == ("A 1", "B 2")
    assert [row.value for row in found.tax_ids] == ["042103594"]
    assert found.rollup == []


def test_what_all_below_hold_is_added_up_by_currency(session, people):
    by = people.operator()
    one = customers.add(session, {"name": "One", "parent_id": people.own.id}, by=by)
    two = customers.add(session, {"name": "Two", "parent_id": one.id}, by=by)
    for customer, currency, amount in ((people.own, "EUR", 100), (one, "EUR", 20), (two, "EUR", 3), (two, "KWD", 4)):
        credit(session, people, session.get_one(Customer, customer.id), currency, amount)
    rollup = overview.overview(session, people.own.id, overview.head(session, people.own.id), actor=people.operator()).rollup
    assert [(held.currency, held.own, held.below, held.together) for held in rollup] == [("EUR", 100, 23, 123), ("KWD", 0, 4, 4)]


def test_the_business_entity_is_fixed_since_the_first_entry(session, people):
    assert overview.fixed_since(session, people.own.id) is None
    first = credit(session, people, people.own, "EUR", 100)
    credit(session, people, people.own, "EUR", 200)
    assert overview.fixed_since(session, people.own.id) == first.posted_at
