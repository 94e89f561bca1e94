"""Changing a customer, also while somebody else does."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.domain import addresses, customers, tax_ids, wallets
from portal.model import AuditEvent, Customer

BILLING = {"line1": "Torstraße 140", "postal_code": "10119", "city": "Berlin", "country": "DE"}


@pytest.fixture
def own(database, cast) -> Customer:
    """The own customer with an address, a tax ID, custom data and a note."""
    facts = {
        "billing": BILLING,
        "shipping_same": True,
        "tax_ids": [("eu_vat", "DE136695976")],
        "custom_data": {"segment": "ent"},
        "notes": "Calls on Mondays.",
        "phone": "+4930123456",
    }
    with database.writing() as session:
        customer = customers.find(session, cast.operator(), cast.own.id)
        return customers.change(session, customer, facts, version=None, by=cast.operator())


def path(customer, rest: str = "") -> str:
    return f"/console/customers/{customer.id}{rest}"


def saved(database, customer) -> Customer:
    with database.reading() as session:
        return session.get_one(Customer, customer.id)


def meanwhile(database, cast, customer, **facts) -> None:
    """Somebody else saves."""
    with database.writing() as session:
        theirs = customers.find(session, cast.operator("manager"), customer.id)
        customers.change(session, theirs, facts, version=None, by=cast.operator("manager"))


def test_the_form_shows_what_is_saved_and_saving_it_unchanged_changes_nothing(client, own, database):
    staff = client.as_operator("support")
    page = staff.get(path(own, "/edit"))
    form = page.form(path(own))
    assert (form["name"], form["phone"], form["billing-city"]) == ("Grünwald & Jørgensen GmbH", "+49 30 123456", "Berlin")
    assert (form["tax_ids-0-kind"], form["tax_ids-0-number"], form["shipping_same"]) == ("eu_vat", "DE136695976", "y")
    with database.reading() as session:
        before = session.scalars(select(AuditEvent.id)).all()
    assert staff.follow(staff.submit(page, path(own))).h1 == "Grünwald & Jørgensen GmbH"
    assert saved(database, own).version == own.version
    with database.reading() as session:
        assert session.scalars(select(AuditEvent.id)).all() == before


def test_what_is_changed_is_saved_and_recorded(client, own, database):
    staff = client.as_operator("support")
    changes = {"notes": "Calls on Fridays.", "billing-line1": "Torstraße 141", "tax_ids-0-number": "", "custom_data": ""}
    staff.submit(staff.get(path(own, "/edit")), path(own), changes)
    assert (saved(database, own).notes, saved(database, own).custom_data) == ("Calls on Fridays.", {})
    with database.reading() as session:
        assert tax_ids.of_customer(session, own.id) == []
        assert [row.line1 for row in addresses.of_customer(session, own.id) if row.is_billing and row.is_shipping] == ["Torstraße 141"]
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "customer.updated").order_by(AuditEvent.id.desc())).first()
    assert event.changes["notes"] == ["Calls on Mondays.", "Calls on Fridays."]


def test_the_form_says_what_is_wrong_and_saves_nothing(client, own, database):
    staff = client.as_operator()
    page = staff.submit(staff.get(path(own, "/edit")), path(own), {"name": "", "notes": "Kept"}, status=422)
    assert "One thing to put right" in page.text
    assert page.form(path(own))["notes"] == "Kept"
    page = staff.submit(staff.get(path(own, "/edit")), path(own), {"external_id": "CUST-58", "notes": "Kept"}, status=422)
    assert "This ID belongs to Nachbar AG." in page.text
    assert saved(database, own).notes == "Calls on Mondays."


@pytest.mark.parametrize(
    ("parent", "said"), [("CUST-57", "A customer cannot be its own parent."), ("CUST-58", "is below this customer already")]
)
def test_a_tree_has_no_circles(client, own, cast, database, parent, said):
    with database.writing() as session:
        below = customers.find(session, cast.operator(), cast.neighbour.id)
        customers.change(session, below, {"parent_id": own.id}, version=None, by=cast.operator())
    staff = client.as_operator()
    page = staff.submit(staff.get(path(own, "/edit")), path(own), {"parent": parent}, status=422)
    assert said in "".join(page.find("div", id="parent-e").itertext())


def test_the_business_entity_is_words_once_money_has_moved(client, own, cast, database):
    staff = client.as_operator()
    assert staff.get(path(own, "/edit")).find_all("select", id="business_entity")
    with database.writing() as session:
        wallet = wallets.open(session, session.get_one(Customer, own.id), "EUR", by=cast.operator())
        wallets.adjust(session, wallet, 2500, reason="goodwill", key=str(uuid4()), by=cast.operator())
    page = staff.get(path(own, "/edit"))
    assert not page.find_all("select", id="business_entity")
    assert "Northwind Billing GmbH" in page.text
    assert "Fixed since" in page.text
    staff.submit(page, path(own), {"business_entity": str(uuid4()), "notes": "Saved"})
    assert (saved(database, own).business_entity_id, saved(database, own).notes) == (cast.entity.id, "Saved")


def test_what_somebody_else_left_alone_is_saved_without_a_question(client, own, cast, database):
    staff = client.as_operator()
    page = staff.get(path(own, "/edit"))
    meanwhile(database, cast, own, name="Grünwald GmbH")
    staff.submit(page, path(own), {"name": "Grünwald GmbH", "notes": "Mine"})
    assert (saved(database, own).name, saved(database, own).notes) == ("Grünwald GmbH", "Mine")


def test_yours_and_theirs_are_shown_and_nothing_is_lost(client, own, cast, database):
    staff = client.as_operator()
    page = staff.get(path(own, "/edit"))
    meanwhile(database, cast, own, notes="Theirs", phone="+4930654321", billing=BILLING | {"line1": "Neue Straße 1"}, shipping_same=True)
    page = staff.submit(page, path(own), {"notes": "Mine", "name": "Grünwald AG"}, status=409)
    assert "Somebody else saved in the meantime" in page.text
    assert "Manager Operator saved this customer on" in page.text
    labels = ["".join(legend.itertext()) for legend in page.find("div", id="meanwhile").iter("legend")]
    assert labels == ["Phone", "Billing address", "Notes for operators"]
    assert "Neue Straße 1, 10119, Berlin, Germany" in page.text
    form = page.form(path(own))
    assert (form["keep-notes"], form["keep-phone"], form["keep-billing"]) == ("yours", "theirs", "theirs")
    assert (form["notes"], form["name"]) == ("Mine", "Grünwald AG")
    assert saved(database, own).notes == "Theirs"
    staff.submit(page, path(own))
    merged = saved(database, own)
    assert (merged.notes, merged.name, merged.phone) == ("Mine", "Grünwald AG", "+4930654321")
    with database.reading() as session:
        assert addresses.default(session, own.id, "billing").line1 == "Neue Straße 1"


def test_the_other_choice_is_taken_too(client, own, cast, database):
    staff = client.as_operator()
    page = staff.get(path(own, "/edit"))
    meanwhile(database, cast, own, notes="Theirs", tax_ids=[("us_ein", "042103594")])
    page = staff.submit(page, path(own), {"notes": "Mine"}, status=409)
    staff.submit(page, path(own), {"keep-notes": "theirs", "keep-tax_ids": "yours"})
    assert saved(database, own).notes == "Theirs"
    with database.reading() as session:
        assert [row.kind for row in tax_ids.of_customer(session, own.id)] == ["eu_vat"]


def test_a_third_save_in_between_asks_again(client, own, cast, database):
    staff = client.as_operator()
    page = staff.get(path(own, "/edit"))
    meanwhile(database, cast, own, notes="Theirs")
    page = staff.submit(page, path(own), {"notes": "Mine"}, status=409)
    meanwhile(database, cast, own, notes="Theirs again")
    page = staff.submit(page, path(own), status=409)
    assert "Theirs again" in page.text
    staff.submit(page, path(own))
    assert saved(database, own).notes == "Mine"


def test_another_tax_id_keeps_the_version_and_the_words(client, own, database):
    staff = client.as_operator()
    page = staff.submit(staff.get(path(own, "/edit")), path(own), {"notes": "Mine", "add_tax_id": "1"}, status=200)
    assert page.form(path(own))["notes"] == "Mine"
    assert page.form(path(own))["version"] == str(own.version)
    assert page.find_all("input", id="tax_ids-1-number")
    assert saved(database, own).notes == "Calls on Mondays."
    part = staff.submit(page, path(own), {"add_tax_id": "1"}, status=200, htmx=True)
    assert part.find_all("input", id="tax_ids-2-number")
    assert not part.find_all("h1")


def test_a_viewer_may_not_a_neighbour_sees_nothing_and_nonsense_is_no_page(client, own, cast):
    viewer = client.as_operator("viewer")
    viewer.get(path(own, "/edit"), status=403)
    viewer.post(path(own), {"name": "Mine now"}, status=403)
    client.as_person(at="neighbour").get(path(own, "/edit"), status=303)
    client.as_operator().get(f"/console/customers/{uuid4()}/edit", status=404)
    client.as_operator().get("/console/customers/nonsense/edit", status=404)
    assert client.as_operator().http.delete(path(own, "/edit")).status_code == 405
