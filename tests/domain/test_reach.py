"""Operators who are limited to some business entities: one place decides whom they reach, and all rooms ask it."""

from dataclasses import replace

import pytest

from portal.domain import (
    addresses,
    approvals,
    business_entities,
    contacts,
    customers,
    family,
    listing,
    mail_log,
    messages,
    reach,
    roles,
    sessions,
    users,
    wallets,
)  # fmt: skip
from portal.domain.customers.refusals import EntityElsewhere, ParentMissing, Taken
from portal.domain.errors import NotFound
from portal.domain.listing import Filters, KeptCounts
from portal.domain.permissions import EVERYWHERE
from portal.model import Address, Customer
from portal.values import ids
from tests import factories


@pytest.fixture
def southwind(session, cast):
    return factories.entity(session, name="Southwind", is_default=False)[0]


@pytest.fixture
def there(session, cast, southwind):
    """A customer at the other business entity, with all that customers have."""
    made = customers.add(
        session,
        {"name": "Südwind AG", "email": "s@suedwind.example", "external_id": "S-1", "business_entity_id": southwind.id, "billing": None},
        by=cast.operator(),
    )
    wallet = wallets.open(session, made, "EUR", by=cast.operator())
    wallets.adjust(session, wallet, 500, reason="goodwill", key=str(ids.new_id()), by=cast.operator())
    messages.tell(session, made, "wallet", "low_balance", facts={"currency": "EUR", "balance": 1, "threshold": 2}, key="k")
    return made


@pytest.fixture
def limited(session, cast):
    """An operator in finance at Northwind only, as the door makes them."""
    user, _ = users.invite_operator(session, "lim@northwind.example", "finance", entities=[cast.entity.id], by=cast.operator())
    row = sessions.find(session, sessions.start(session, user, side="console", method="link").token)
    assert row.limited_to == cast.entity.id
    made = cast.operator("finance")
    return replace(made, user_id=user.id, entity_ids=users.entities_of(session, user.id), permissions=made.permissions - EVERYWHERE)


def test_the_others_customers_are_not_there_for_them(session, cast, limited, there):
    assert customers.find(session, limited, cast.own.id).id == cast.own.id
    wallet, contact = wallets.of_customer(session, there.id)[0], contacts.of_customer(session, there.id)[0]
    message = mail_log.page(session, mail_log.Filters(customer_id=there.id)).rows[0]
    for find in (
        lambda: customers.find(session, limited, there.id),
        lambda: wallets.find(session, limited, there.id, wallet.id),
        lambda: contacts.find(session, limited, there.id, contact.id),
        lambda: messages.find(session, limited, message.id),
        lambda: reach.demand(session, limited, None),
        lambda: addresses.find(session, limited, there.id, session.merge(_address(session, there)).id),
    ):
        with pytest.raises(NotFound):
            find()


def _address(session, customer) -> Address:
    made = Address(customer_id=customer.id, line1="1", city="Bern", country="CH", is_billing=False)
    session.add(made)
    session.flush()
    return made


def test_the_list_its_counts_and_the_search_know_their_own_only(session, cast, limited, there):
    within = limited.entity_ids
    for filters in (
        Filters(),
        Filters(q="Süd"),
        Filters(q="S-1"),
        Filters(values={"balance": "credit"}),
        Filters(values={"status": "any"}),
    ):
        assert there.name in [row.name for row in listing.page(session, filters).rows]
        page = listing.page(session, replace(filters, within=within))
        assert there.name not in [row.name for row in page.rows]
        assert listing.count(session, page).number == len(page.rows)
    assert {row.name for row in listing.page(session, Filters(within=within)).rows} == {cast.own.name, cast.neighbour.name}
    counts = KeptCounts().all(session, within=within)
    assert (counts["all"].number, counts["credit"].number) == (2, 0)


def test_nothing_in_an_address_widens_what_they_see():
    assert Filters.read([("within", str(ids.new_id())), ("entity", str(ids.new_id()))]).within is None
    assert "within" not in dict(Filters(within=frozenset({ids.new_id()})).pairs())


def test_messages_requests_parents_and_transfers_keep_within(session, cast, limited, there):
    assert mail_log.page(session, mail_log.Filters(actor=limited)).rows == []
    wallet = wallets.of_customer(session, there.id)[0]
    asked = approvals.ask(session, "adjustment", wallet, amount=100, reason="goodwill", key=str(ids.new_id()), by=cast.operator("finance"))
    assert approvals.count_waiting(session, cast.operator()) == 1
    assert approvals.count_waiting(session, limited) == 0
    assert approvals.waiting(session, limited).rows == []
    session.expunge(asked)
    with pytest.raises(NotFound):
        approvals.find(session, limited, asked.id)
    with pytest.raises(NotFound):
        family.named(session, "Südwind AG", actor=limited)
    assert family.near(session, "Süd", actor=limited) == []
    customers.change(session, there, {"parent_id": cast.own.id}, version=None, by=cast.operator())
    assert family.children(session, cast.own.id, actor=limited).rows == []
    assert family.totals(session, cast.own.id, actor=limited) == []
    assert len(family.totals(session, cast.own.id, actor=cast.operator())) == 1


def test_they_put_nothing_where_they_do_not_reach(session, cast, limited, southwind, there):
    own = session.get_one(Customer, cast.own.id)
    with pytest.raises(EntityElsewhere):
        customers.add(session, {"name": "New", "business_entity_id": southwind.id}, by=limited)
    with pytest.raises(EntityElsewhere):
        customers.change(session, own, {"business_entity_id": southwind.id}, version=None, by=limited)
    with pytest.raises(ParentMissing):
        customers.change(session, own, {"parent_id": there.id}, version=None, by=limited)
    with pytest.raises(Taken, match="belongs to another customer"):
        customers.add(session, {"name": "New", "external_id": "S-1"}, by=limited)
    assert [one.name for one in business_entities.all(session, actor=limited)] == ["Northwind"]


def test_the_default_entity_is_one_they_reach(session, cast, southwind):
    limited = replace(cast.operator("support"), entity_ids=frozenset({southwind.id}))
    assert business_entities.default(session, actor=limited).id == southwind.id


def test_an_owner_is_one_everywhere_and_entities_are_ours(session, cast):
    with pytest.raises(users.OwnersEverywhere):
        users.invite_operator(session, "x@northwind.example", "owner", entities=[cast.entity.id], by=cast.operator())
    with pytest.raises(users.UnknownEntity):
        users.invite_operator(session, "y@northwind.example", "viewer", entities=[ids.new_id()], by=cast.operator())


def test_words_about_the_whole_business_stay_away_from_them(cast, limited):
    assert not limited.permissions & EVERYWHERE
    assert not roles.covers(limited, roles.completed(["operator.read"]))
