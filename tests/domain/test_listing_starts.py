"""Where a page of the list starts: with the few that a filter picks, or with the order. Both find the same, by indexes."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from sqlalchemy import func, insert, select, text

from portal.domain import listing, search
from portal.domain.listing import Filters, starting
from portal.model import Address, Contact, Customer, SearchDocument, TaxId, Wallet
from portal.values import ids
from tests import factories
from tests.plans import explained, ready

SIZE = 300
START = datetime(2026, 1, 1, tzinfo=UTC)
TABLES = "(customer|wallet|contact|address|search_document|search_index|json_each|gathered)"
EVERY = ("name", "external_id", "email", "city", "balance", "status", "created", "updated")


@pytest.fixture
def crowd(session, monkeypatch):
    """300 customers, of whom few are of a second business entity, archived, exempt, bounced ... and most have a parent."""
    entity, other = factories.entity(session)[0], factories.entity(session, name="Southwind", is_default=False)[0]
    parent = factories.customer(session, entity, name="Parent")
    rows, addresses, wallets, contacts, tax_ids, bodies = [], [], [], [], [], []
    for number in range(SIZE):
        key = ids.new_id()
        email = f"c{number}@x.example" if number % 29 else None
        rows.append(
            {
                "id": key,
                "name": f"Crowd {number % 97}",
                "name_key": f"crowd {number % 97:02}",
                "external_id": f"C-{number:03}" if number % 31 else None,
                "email": email,
                "email_key": email,
                "business_entity_id": (other if number % 60 == 1 else entity).id,
                "parent_id": parent.id if number % 9 else None,
                "auto_charge": False,
                "communications": number % 50 != 2,
                "tax_exempt": number % 50 == 3,
                "custom_data": {},
                "attributes": {},
                "status": "archived" if number % 25 == 4 else "active",
                "created_at": START + timedelta(days=number % 90),
                "updated_at": START + timedelta(days=number % 41),
            }
        )
        bodies.append((key, search.body(name=rows[-1]["name"], external_id=rows[-1]["external_id"], email=rows[-1]["email"])))
        if number % 37:
            parts = {"city": f"City {number % 11}", "city_key": f"city {number % 11}", "country": "LI" if number % 70 == 5 else "DE"}
            addresses.append({"id": ids.new_id(), "customer_id": key, "is_billing": True, **parts})
        if number % 23:
            main = {"currency": "NOK" if number % 80 == 6 else "EUR", "balance": (number % 40 - 1) * 100, "floor": -100, "is_main": True}
            wallets.append({"id": ids.new_id(), "customer_id": key} | main)
        if number % 100 == 7:
            wallets.append({"id": ids.new_id(), "customer_id": key, "currency": "NOK", "balance": 0, "floor": 0, "is_main": False})
        bounced = "hard" if number % 90 == 8 else "none"
        person = {"email": f"p{number}@x.example", "email_key": f"p{number}@x.example", "is_primary": True, "bounce_state": bounced}
        contacts.append({"id": ids.new_id(), "customer_id": key} | person)
        if number % 3:
            tax_ids.append({"id": ids.new_id(), "customer_id": key, "kind": "eu_vat", "value": f"DE{number}"})
    for model, made in ((Customer, rows), (Address, addresses), (Wallet, wallets), (Contact, contacts), (TaxId, tax_ids)):
        session.execute(insert(model), made)
    search.index_new(session, [(parent.id, search.body(name="Parent")), *bodies])
    ready(session, "customer", "address", "wallet", "contact", "tax_id", "search_document")
    session.execute(text("ANALYZE"))
    monkeypatch.setattr(starting, "size", lambda session: SIZE)
    return {"other": str(other.id)}


FILTERS = {
    "entity": ([("entity", "other")], "ix_customer_business_entity_id"),
    "mail": ([("mail", "off")], "ix_customer_mail_off"),
    "exempt": ([("exempt", "yes")], "ix_customer_tax_exempt"),
    "bounce": ([("bounce", "hard")], "ix_contact_bounced"),
    "any bounce": ([("bounce", "any")], "ix_contact_bounced"),
    "country": ([("country", "LI")], "ix_address_billing_country"),
    "currency": ([("currency", "NOK")], "ix_wallet_other_currency"),
    "below": ([("balance", "below")], None),
    "added": ([("added_from", "2026-01-03"), ("added_to", "2026-01-04")], "ix_customer_created"),
    "changed": ([("changed_from", "2026-02-08")], "ix_customer_updated"),
    "archived": ([("status", "archived")], "ix_customer_status_name"),
    "parent": ([("parent", "yes")], None),
    "no parent": ([("parent", "no")], None),
    "no wallet": ([("balance", "none")], None),
    "no tax ID": ([("tax", "no")], None),
    "two": ([("country", "LI"), ("parent", "yes")], None),
    "three": ([("added_from", "2026-01-03"), ("mail", "on"), ("status", "any")], None),
}


def filters(crowd, name, *pairs) -> Filters:
    return Filters.read([(key, crowd.get(value, value)) for key, value in (*FILTERS[name][0], *pairs)])


def walked(session, asked, sort, size=20) -> list[str]:
    """Walk to the end and back; the same rows must be met both ways."""
    there, cursor = [], ""
    while not there or cursor:
        page = listing.page(session, asked, sort=sort, cursor=cursor, size=size)
        there += [str(row.id) for row in page.rows] or [""]
        cursor = page.next
    back, cursor = [], "last"
    while cursor:
        page = listing.page(session, asked, sort=sort, cursor=cursor, size=size)
        back = [str(row.id) for row in page.rows] + back
        cursor = page.previous
    assert list(dict.fromkeys(back)) == [key for key in there if key]
    return there


@pytest.mark.parametrize("name", FILTERS)
def test_the_same_are_found_wherever_the_list_starts(session, crowd, name, monkeypatch):
    asked = filters(crowd, name)
    for sort in EVERY:
        found = set()
        for start in ("least", "most", ""):
            choose = {"least": min, "most": max}.get(start)
            by = (lambda picked, customers: choose(picked, key=picked.get) if picked else "") if choose else (lambda *_: "")  # noqa: B023
            monkeypatch.setattr(starting, "start", by)
            found.add(tuple(walked(session, asked, f"-{sort}")))
        assert len(found) == 1, sort


@pytest.mark.parametrize("name", [name for name, (_, index) in FILTERS.items() if index])
def test_few_are_found_by_the_index_of_their_filter(session, crowd, name):
    for sort in ("city", "-balance"):
        plan = explained(session, TABLES, lambda sort=sort: listing.page(session, filters(crowd, name), sort=sort, size=5))
        assert FILTERS[name][1] in plan
        assert "SCAN customer" not in plan
        assert "Seq Scan" not in plan


def test_an_order_along_a_filter_is_walked(session, crowd, database):
    for name, sort, index in (("added", "created", "created"), ("changed", "-updated", "updated"), ("archived", "name", "status_name")):
        plan = explained(session, TABLES, lambda name=name, sort=sort: listing.page(session, filters(crowd, name), sort=sort, size=5))
        assert f"ix_customer_{index}" in plan
        assert "TEMP B-TREE" not in plan
        assert "CTE gathered" not in plan


def test_those_whom_a_filter_picks_among_many_are_met_on_the_way(session, crowd, monkeypatch):
    monkeypatch.setattr(starting, "FEW", 3)
    for name in ("parent", "no tax ID"):
        plan = explained(session, TABLES, lambda name=name: listing.page(session, filters(crowd, name), size=5))
        assert "TEMP B-TREE" not in plan
        assert "CTE gathered" not in plan


def test_a_place_far_down_the_order_by_status_is_entered_at_its_name(session, crowd):
    first = listing.page(session, Filters(), sort="status", size=150)
    plan = explained(session, TABLES, lambda: listing.page(session, Filters(), sort="status", cursor=first.next, size=5))
    entered = [line for line in plan.splitlines() if "status" in line and "name_key" in line and ("SEARCH" in line or "Index Cond" in line)]
    assert entered
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(("sort", "lacking"), [("city", 10), ("balance", 15), ("external_id", 11), ("email", 12)])
def test_those_who_lack_what_an_order_goes_by_are_listed_where_they_are_few(session, crowd, sort, lacking, monkeypatch):
    everybody = Filters(values={"status": "any"})
    few = walked(session, everybody, sort, size=7)
    plan = explained(session, TABLES, lambda: listing.page(session, everybody, sort=sort, cursor="last", size=7))
    dialect = session.get_bind().dialect.name
    if sort in {"city", "balance"}:
        assert ("MERGE (EXCEPT)" if dialect == "sqlite" else "Anti Join") in plan
    names = [row.name for row in listing.page(session, everybody, sort=sort, cursor="last", size=lacking).rows]
    assert len(names) == lacking
    assert names == sorted(names, key=lambda name: f"{name.split()[0].lower()} {name.split()[-1]:>3}") or "Parent" in names
    monkeypatch.setattr(starting, "FEW", 0)
    monkeypatch.setattr(starting, "reach", lambda customers, number: 0)
    assert walked(session, everybody, sort, size=7) == few


@pytest.mark.parametrize("line", ["crowd 1", "crowd", "c-0", "x.example", "cr", "c", "C-", "p"])
def test_a_search_finds_the_same_in_any_order_whether_it_is_listed_or_met(session, crowd, line, monkeypatch):
    matching = import_module("portal.domain.search.matching")
    for sort in ("", "-name", "city", "-created", "balance", "status"):
        found = []
        for few, many in ((1000, 10_000), (250, 10_000), (40, 10_000), (40, 0), (0, 0)):
            monkeypatch.setattr(starting, "reach", lambda customers, number, few=few: few)
            monkeypatch.setattr(matching, "MANY", many)
            found.append(walked(session, Filters(q=line), sort))
        assert found.count(found[0]) == len(found), sort


@pytest.mark.parametrize("line", ["crowd", "crowd x.example", "cr", "c-"])
@pytest.mark.parametrize("name", ["entity", "below", "bounce", "two", "archived"])
def test_a_search_with_a_filter_finds_the_same_wherever_it_starts(session, crowd, line, name, monkeypatch):
    asked = filters(crowd, name, ("q", line))
    started = {sort: walked(session, asked, sort) for sort in ("", "-city")}
    monkeypatch.setattr(starting, "start", lambda *_: "")
    assert {sort: walked(session, asked, sort) for sort in started} == started
    assert len(started[""]) >= 1


def test_a_broad_search_with_a_filter_reads_the_documents_of_the_few(session, crowd):
    asked = filters(crowd, "bounce", ("q", "crowd x.example"))
    plan = explained(session, TABLES, lambda: listing.page(session, asked, size=5))
    assert "ix_contact_bounced" in plan
    assert "SCAN search_document" not in plan
    assert "Seq Scan" not in plan


def test_what_is_listed_of_a_search_is_looked_up_by_its_documents(session, crowd):
    plan = explained(session, TABLES, lambda: listing.page(session, Filters(q="crowd"), sort="city", size=5))
    assert ("SCAN json_each" if session.get_bind().dialect.name == "sqlite" else "ProjectSet") in plan
    assert "SCAN customer" not in plan


def test_archived_ones_are_counted_though_a_filter_picks_many(session, crowd, monkeypatch):
    monkeypatch.setattr(starting, "FEW", 3)
    for sort in ("", "created"):
        page = listing.page(session, Filters.read([("status", "archived"), ("parent", "yes")]), sort=sort, size=5)
        assert str(listing.count(session, page)) == "10"


def test_a_list_starts_with_the_least_where_a_walk_looks_at_more():
    assert starting.start({}, 10**6) == ""
    assert starting.start({"country": 7000}, 10**6) == "country"
    assert starting.start({"country": 7200}, 10**6) == ""
    assert starting.start({"country": 900}, 1000) == "country"
    assert starting.start({"country": 20_000, "currency": 25_000}, 10**6) == "country"
    assert starting.start({"country": 50_000, "currency": 10**6}, 10**6) == ""
    assert starting.start({"country": 0}, 0) == "country"


def test_no_more_are_counted_than_a_list_would_start_with():
    assert starting.reach(0, 1) == starting.reach(10_000, 1) == starting.FEW
    for customers in (10**5, 10**6, 10**7):
        for number in (1, 2, 3):
            reach = starting.reach(customers, number)
            assert starting.start(dict.fromkeys(range(number), reach - 1), customers) != ""
            assert starting.start(dict.fromkeys(range(number), reach + 2), customers) == ""


def test_the_size_follows_the_search_documents(session):
    entity, _ = factories.entity(session)
    before = starting.size(session)
    search.index_new(session, [(factories.customer(session, entity, name=name).id, name) for name in ("one", "two")])
    assert starting.size(session) >= before + 2
    assert starting.size(session) == session.scalar(select(func.max(SearchDocument.id)))
