"""Customers: added, changed, archived, restored; found through what an actor may see."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.domain import addresses, customers, search, tax_ids
from portal.domain.errors import NotFound
from portal.model import AuditEvent, Contact, Customer, JournalEntry, Wallet, WalletEntry
from portal.values import clock
from tests import factories
from tests.cast import Cast

BERLIN = {"line1": "Torstraße 140", "city": "Berlin", "postal_code": "10119", "country": "DE"}
KYOTO = {"line1": "Karasuma 1", "city": "Kyoto", "country": "JP"}


@pytest.fixture
def people(session):
    return Cast.make(session)


def events(session, customer) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).where(AuditEvent.customer_id == customer.id).order_by(AuditEvent.id)))


def post_entry(session, customer) -> None:
    """Give a customer a wallet with one entry."""
    now = clock.now()
    wallet = Wallet(customer_id=customer.id, currency="EUR", balance=500, seq=1, is_main=True)
    journal = JournalEntry(
        customer_id=customer.id,
        reason="goodwill",
        key_scope="test",
        key=str(customer.id),
        request_hash=bytes(32),
        actor_kind="system",
        origin="cli",
        posted_at=now,
    )
    session.add_all([wallet, journal])
    session.flush()
    session.add(
        WalletEntry(
            wallet_id=wallet.id,
            journal_entry_id=journal.id,
            seq=1,
            amount=500,
            balance_after=500,
            posted_at=now,
            prev_hash=bytes(32),
            hash=bytes(32),
        )
    )
    session.flush()


def test_a_name_is_all_it_takes(session, people):
    made = customers.add(session, {"name": "Ørsted & Søn"}, by=people.operator())
    assert (made.name_key, made.external_id, made.email, made.status) == ("orsted son", None, None, "active")
    assert made.business_entity_id == people.entity.id
    assert [event.action for event in events(session, made)] == ["customer.created"]


def test_everything_is_saved_and_recorded(session, people):
    made = customers.add(
        session,
        {
            "name": "Acme",
            "external_id": "A-1",
            "email": "Anna@acme.example",
            "billing": BERLIN,
            "shipping_same": True,
            "tax_ids": [("eu_vat", "DE136695976")],
            "custom_data": {"segment": "ent"},
        },
        by=people.operator("support"),
    )
    book = addresses.of_customer(session, made.id)
    assert [(row.city, row.is_billing, row.is_shipping) for row in book] == [("Berlin", True, True)]
    assert [row.value for row in tax_ids.of_customer(session, made.id)] == ["DE136695976"]
    primary = session.scalar(select(Contact).where(Contact.customer_id == made.id))
    assert (primary.email, primary.is_primary, primary.portal_role) == ("Anna@acme.example", True, "owner")
    assert search.matching(session, "de1366").documents
    assert {"customer.created", "tax_ids.changed", "address.changed"} <= {event.action for event in events(session, made)}


def test_the_imported_mark_sets_the_exemption(session, people):
    made = customers.add(session, {"name": "Museum", "custom_data": {"exempt_tax": True}}, by=people.operator())
    assert made.tax_exempt
    made = customers.add(session, {"name": "Shop", "custom_data": {"exempt_tax": False}}, by=people.operator())
    assert not made.tax_exempt


@pytest.mark.parametrize(("field", "value"), [("external_id", "CUST-58"), ("email", "NORA@nachbar.EXAMPLE")])
def test_an_id_or_email_that_is_taken_says_whose_it_is(session, people, field, value):
    with pytest.raises(customers.Taken, match="belongs to Nachbar AG") as refusal:
        customers.add(session, {"name": "Other", field: value}, by=people.operator())
    assert refusal.value.field == field
    with pytest.raises(customers.Taken):
        customers.change(session, people.own, {field: value}, version=None, by=people.operator())


def test_its_own_id_and_email_are_not_taken(session, people):
    facts = {"external_id": "CUST-57", "email": "MARTA@gruenwald.example"}
    customers.change(session, people.own, facts, version=None, by=people.operator())
    assert people.own.email == "MARTA@gruenwald.example"


def test_auto_charge_says_what_is_missing(session, people):
    with pytest.raises(customers.AutoChargeNeedsGateway, match=r"Needs a payment gateway\. None is set up\.") as refusal:
        customers.change(session, people.own, {"auto_charge": True}, version=None, by=people.operator())
    assert refusal.value.field == "auto_charge"


def test_the_business_entity_is_free_until_money_moves(session, people):
    other, _ = factories.entity(session, name="Southwind", is_default=False)
    customers.change(session, people.own, {"business_entity_id": other.id}, version=None, by=people.operator())
    assert people.own.business_entity_id == other.id
    assert events(session, people.own)[-1].changes["business_entity_id"] == ["Northwind", "Southwind"]
    post_entry(session, people.own)
    with pytest.raises(customers.EntityFixed, match="Fixed since the first wallet entry, on ") as refusal:
        customers.change(session, people.own, {"business_entity_id": people.entity.id}, version=None, by=people.operator())
    assert refusal.value.field == "business_entity_id"


def test_parents_make_a_tree(session, people):
    by = people.operator()
    child = customers.add(session, {"name": "Child", "parent_id": people.own.id}, by=by)
    grandchild = customers.add(session, {"name": "Grandchild", "parent_id": child.id}, by=by)
    assert grandchild.parent_id == child.id
    with pytest.raises(customers.ParentLoop, match="Grandchild is below this customer") as refusal:
        customers.change(session, people.own, {"parent_id": grandchild.id}, version=None, by=by)
    assert refusal.value.field == "parent_id"
    with pytest.raises(customers.ParentMissing):
        customers.change(session, child, {"parent_id": child.id}, version=None, by=by)
    with pytest.raises(customers.ParentMissing):
        customers.change(session, child, {"parent_id": people.entity.id}, version=None, by=by)
    customers.change(session, child, {"parent_id": None}, version=None, by=by)
    assert child.parent_id is None


def test_only_what_differs_is_recorded(session, people):
    version = people.own.version
    customers.change(session, people.own, {"name": people.own.name, "notes": "Call before noon"}, version=version, by=people.operator())
    event = events(session, people.own)[-1]
    assert (event.action, event.changes) == ("customer.updated", {"notes": ["", "Call before noon"]})
    before = len(events(session, people.own))
    customers.change(session, people.own, {"notes": "Call before noon"}, version=people.own.version, by=people.operator())
    assert len(events(session, people.own)) == before


def test_two_who_write_at_once_lose_nothing(session, people):
    version = people.own.version
    customers.change(session, people.own, {"name": "Theirs", "billing": KYOTO}, version=version, by=people.operator("finance"))
    mine = {"name": "Mine", "notes": "mine", "billing": BERLIN, "external_id": "CUST-57"}
    with pytest.raises(customers.Changed) as refusal:
        customers.change(session, people.own, mine, version=version, by=people.operator())
    assert set(refusal.value.theirs) == {"name", "billing"}
    assert refusal.value.theirs["name"] == "Theirs"
    assert refusal.value.theirs["billing"]["city"] == "Kyoto"
    assert refusal.value.who == "Finance Operator"
    assert people.own.name == "Theirs"
    customers.change(session, people.own, mine, version=refusal.value.version, by=people.operator())
    assert (people.own.name, people.own.notes) == ("Mine", "mine")


def test_changes_to_other_fields_do_not_stand_in_the_way(session, people):
    version = people.own.version
    customers.change(session, people.own, {"notes": "theirs"}, version=version, by=people.operator("finance"))
    customers.change(session, people.own, {"name": "Mine"}, version=version, by=people.operator())
    assert (people.own.name, people.own.notes) == ("Mine", "theirs")


def test_archiving_can_be_taken_back(session, people):
    by = people.operator()
    customers.archive(session, people.own, reason="Left us", by=by)
    assert people.own.archived
    assert people.own.archived_at
    customers.archive(session, people.own, by=by)
    customers.restore(session, people.own, by=by)
    assert not people.own.archived
    assert people.own.archived_at is None
    assert [event.action for event in events(session, people.own)] == ["customer.archived", "customer.restored"]
    assert events(session, people.own)[0].facts["reason"] == "Left us"


def test_a_neighbour_is_not_found(session, people):
    assert customers.find(session, people.operator("viewer"), people.own.id).business_entity.name == "Northwind"
    assert customers.find(session, people.person(), people.own.id) is people.own
    with pytest.raises(NotFound):
        customers.find(session, people.person(), people.neighbour.id)
    with pytest.raises(NotFound):
        customers.find(session, people.operator(), people.entity.id)


def test_what_a_page_shows_of_a_customer_is_what_the_customer_is(session, people):
    people.own.parent_id = people.neighbour.id
    people.own.custom_data, people.own.attributes = {"tier": ["gold", 2]}, {"region": "north"}
    customers.archive(session, people.own, by=people.operator())
    session.flush()
    row = customers.look(session, people.operator("viewer"), people.own.id)
    one = customers.find(session, people.operator("viewer"), people.own.id)
    for column in Customer.__table__.columns:
        assert getattr(row, column.key) == getattr(one, column.key), column.key
    assert row.archived
    assert (row.parent.id, row.parent.name) == (people.neighbour.id, people.neighbour.name)
    for name in row.business_entity._fields:
        assert getattr(row.business_entity, name) == getattr(one.business_entity, name), name
    assert customers.look(session, people.operator("viewer"), people.neighbour.id).parent is None


def test_a_neighbour_is_not_shown(session, people):
    assert customers.look(session, people.person(), people.own.id).name == people.own.name
    with pytest.raises(NotFound):
        customers.look(session, people.person(), people.neighbour.id)
    with pytest.raises(NotFound):
        customers.look(session, people.operator(), people.entity.id)
    with pytest.raises(NotFound):
        customers.look(session, replace(people.operator(), entity_ids=frozenset()), people.own.id)


def test_shipping_same_as_billing_is_one_act(session, people):
    by = people.operator()
    customers.change(session, people.own, {"billing": BERLIN, "shipping_same": True}, version=None, by=by)
    version = people.own.version
    assert [(event.action, event.facts["role"]) for event in events(session, people.own)] == [("address.changed", "billing and shipping")]
    customers.change(session, people.own, {"billing": KYOTO, "shipping_same": True, "notes": "Moved"}, version=version, by=by)
    assert [event.action for event in events(session, people.own)[1:]] == ["customer.updated", "address.changed"]
    with pytest.raises(customers.Changed) as refusal:
        customers.change(session, people.own, {"shipping": BERLIN, "shipping_same": False}, version=version, by=by)
    assert set(refusal.value.theirs) == {"shipping", "shipping_same"}
    customers.change(session, people.own, {"shipping_same": True}, version=None, by=by)
    assert len(events(session, people.own)) == 3
