"""Custom attributes on the customer form, in the choice between yours and theirs, and on the customer's page."""

import pytest
from sqlalchemy import select

from portal.domain import attributes, customers
from portal.model import AuditEvent, BusinessEntity, Customer
from tests import factories

NEW = "/console/customers/new"
CREATE = "/console/customers"
TYPED = {
    "attribute-cost_centre": "  K 57 ",
    "attribute-seats": "1,200",
    "attribute-rate": "12.50",
    "attribute-paper": "no",
    "attribute-term": "2026-12-31",
    "attribute-segment": "Enterprise",
    "attribute-regions": ["EMEA", "APAC"],
    "attribute-tags": "b\r\na",
    "attribute-setup": '{"a": [1]}',
}
KEPT = {
    "cost_centre": "K 57", "seats": 1200, "rate": "12.50", "paper": False, "term": "2026-12-31", "segment": "Enterprise",
    "regions": ["EMEA", "APAC"], "tags": ["b", "a"], "setup": {"a": [1]},
}  # fmt: skip


@pytest.fixture
def define(database, cast):
    """Defines attributes: define(("Seats", "whole", {...}), ...)."""

    def defined(*definitions):
        with database.writing() as session:
            for label, kind, facts in definitions:
                attributes.define(session, {"label": label, "kind": kind, **facts}, by=cast.operator())

    return defined


@pytest.fixture
def every_kind(define):
    define(
        ("Cost centre", "text", {}),
        ("Seats", "whole", {"required": True}),
        ("Rate", "decimal", {}),
        ("Paper", "yes_no", {}),
        ("Term", "date", {}),
        ("Segment", "choice", {"choices": ["SMB", "Enterprise"], "default": "SMB"}),
        ("Regions", "list", {"choices": ["EMEA", "APAC", "LATAM"], "default": ["LATAM"]}),
        ("Tags", "list", {}),
        ("Setup", "json", {}),
    )


@pytest.fixture
def southwind(database) -> BusinessEntity:
    with database.writing() as session:
        return factories.entity(session, name="Southwind", is_default=False)[0]


def find(database, name: str) -> Customer:
    with database.reading() as session:
        return session.scalars(select(Customer).where(Customer.name == name)).one()


def own_path(cast, rest: str = "") -> str:
    return f"/console/customers/{cast.own.id}{rest}"


def change(database, cast, values: dict, **facts) -> None:
    with database.writing() as session:
        own = customers.find(session, cast.operator("manager"), cast.own.id)
        customers.change(session, own, {"attributes": values, **facts}, version=None, by=cast.operator("manager"))


def test_without_definitions_the_form_has_no_such_part(client):
    assert not client.as_operator().get(NEW).find_all("section", id="part-attributes")


def test_a_value_of_each_kind_is_saved_and_read(client, every_kind, database):
    staff = client.as_operator("support")
    page = staff.get(NEW)
    assert page.find("a", href="#part-attributes") is not None
    assert page.form(CREATE)["attribute-segment"] == "SMB"
    assert page.form(CREATE)["attribute-regions"] == "LATAM"
    page = staff.follow(staff.submit(page, CREATE, {"name": "Acme", **TYPED}))
    assert find(database, "Acme").attributes == KEPT
    shown = {"".join(row.find("dt").itertext()): " ".join("".join(row.find("dd").itertext()).split()) for row in page.find_all("div")
             if row.find("dt") is not None and row.find("dd") is not None}  # fmt: skip
    assert shown | {"Cost centre": "K 57", "Seats": "1200", "Rate": "12.50", "Paper": "No", "Term": "31 Dec 2026"} == shown
    assert shown | {"Segment": "Enterprise", "Regions": "EMEA, APAC", "Tags": "b, a"} == shown
    assert "Setup" in shown
    assert "Owner Operator" not in shown


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client, every_kind, database):
    staff = client.as_operator()
    wrong = TYPED | {
        "attribute-seats": "",
        "attribute-rate": "a lot",
        "attribute-term": "soon",
        "attribute-segment": "Giant",
        "attribute-regions": ["EMEA", "Mars"],
        "attribute-setup": '{\n"a": 1\n"b": 2}',
        "notes": "Kept",
        "custom_data": "{",
    }
    page = staff.submit(staff.get(NEW), CREATE, {"name": "Acme"} | wrong, status=422)
    assert "Seven things to put right." in page.text
    links = [link.get("href") for link in page.find("div", class_="summary").iter("a")]
    names = ("seats", "rate", "term", "segment", "regions-0", "setup")
    assert links == [*(f"#attribute-{name}" for name in names), "#custom_data"]
    for link in links:
        assert any(page.find_all(tag, id=link[1:]) for tag in ("input", "select", "textarea"))
    assert "Seats is missing: a value is needed here." in page.text
    assert "“a lot” is not a number." in page.text
    assert "“Giant” is not one of the choices: SMB, Enterprise." in page.text
    assert "Line 2, column 7: a comma is missing" in page.text
    margin = page.find("nav", aria_label="Parts of this form")
    counts = {link.get("href"): "".join(link.itertext()) for link in margin.iter("a")}
    assert counts["#part-attributes"] == "Attributes6 to put right"
    form = page.form(CREATE)
    assert {name: form[name] for name in wrong} == {**wrong, "attribute-tags": "b\na"} | {"attribute-tags": form["attribute-tags"]}
    page = staff.submit(page, CREATE, TYPED | {"custom_data": ""})
    assert find(database, "Acme").attributes == KEPT


def test_saving_the_form_unchanged_changes_nothing(client, cast, every_kind, database):
    change(database, cast, KEPT)
    before = find(database, cast.own.name)
    staff = client.as_operator()
    page = staff.get(own_path(cast, "/edit"))
    assert page.form(own_path(cast))["attribute-regions"] == ["EMEA", "APAC"]
    staff.submit(page, own_path(cast))
    assert find(database, cast.own.name).version == before.version
    staff.submit(page, own_path(cast), {"attribute-paper": "", "attribute-regions": [], "attribute-tags": ""})
    expected = {key: value for key, value in KEPT.items() if key not in {"paper", "regions", "tags"}}
    assert find(database, cast.own.name).attributes == expected
    with database.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "customer.updated").order_by(AuditEvent.id.desc())).first()
    assert set(event.changes) == {"attributes.paper", "attributes.regions", "attributes.tags"}
    page = staff.get(own_path(cast, "/activity"))
    assert "Regions" in page.text


def test_an_old_customer_is_asked_for_a_required_one_when_it_is_edited(client, cast, define, database):
    staff = client.as_operator()
    opened = staff.get(own_path(cast, "/edit"))
    define(("Seats", "whole", {"required": True}))
    assert "Missing" in "".join(staff.get(own_path(cast)).find("section", id="overview").itertext())
    page = staff.submit(opened, own_path(cast), {"notes": "Mine"}, status=422)
    assert "Seats is missing" in page.text
    staff.submit(page, own_path(cast), {"attribute-seats": "3"})
    assert find(database, cast.own.name).attributes == {"seats": 3}
    assert find(database, cast.own.name).notes == "Mine"


def test_a_field_that_was_not_on_the_form_keeps_its_value(client, cast, define, database):
    staff = client.as_operator()
    opened = staff.get(own_path(cast, "/edit"))
    define(("Regions", "list", {"choices": ["EMEA", "APAC"]}), ("Seats", "whole", {}))
    change(database, cast, {"regions": ["EMEA"], "seats": 3})
    staff.submit(opened, own_path(cast), {"notes": "Mine"})
    assert find(database, cast.own.name).attributes == {"regions": ["EMEA"], "seats": 3}


def test_a_choice_that_is_offered_no_more_stays_until_another_is_chosen(client, cast, define, database):
    define(("Segment", "choice", {"choices": ["SMB", "Old"]}), ("Regions", "list", {"choices": ["EMEA", "Moon"]}))
    change(database, cast, {"segment": "Old", "regions": ["Moon"]})
    with database.writing() as session:
        for one, choices in zip(attributes.all(session), (["SMB"], ["EMEA"]), strict=True):
            attributes.change(session, one, {"choices": choices}, by=cast.operator())
    staff = client.as_operator()
    page = staff.get(own_path(cast, "/edit"))
    assert page.form(own_path(cast))["attribute-segment"] == "Old"
    assert page.form(own_path(cast))["attribute-regions"] == "Moon"
    staff.submit(page, own_path(cast), {"notes": "Mine"})
    assert find(database, cast.own.name).attributes == {"segment": "Old", "regions": ["Moon"]}


def test_another_business_entity_asks_for_others(client, define, southwind, cast, database):
    define(
        ("Seats", "whole", {}),
        ("Here", "text", {"business_entity_id": cast.entity.id}),
        ("There", "text", {"business_entity_id": southwind.id, "required": True}),
        ("Style", "text", {"business_entity_id": southwind.id, "default": "plain"}),
    )
    staff = client.as_operator()
    page = staff.get(NEW)
    assert "attribute-here" in page.form(CREATE)
    assert "attribute-there" not in page.form(CREATE)
    chosen = {"name": "Acme", "attribute-seats": "7", "business_entity": str(southwind.id)}
    part = staff.submit(page, CREATE, chosen | {"show_attributes": "1"}, status=200, htmx=True)
    assert [field.get("name") for field in part.find_all("input")] == [
        "attributes_shown", "attribute-seats", "attribute-there", "attribute-style",
    ]  # fmt: skip
    page = staff.submit(page, CREATE, chosen | {"show_attributes": "1"}, status=200)
    assert page.form(CREATE)["attribute-seats"] == "7"
    assert page.form(CREATE)["attribute-style"] == "plain"
    assert not page.find_all("div", class_="summary")
    staff.submit(page, CREATE, {"attribute-there": "x", "attribute-style": ""})
    assert find(database, "Acme").attributes == {"seats": 7, "there": "x"}


def test_what_another_business_entity_needs_is_asked_for_though_it_was_not_shown(client, define, southwind, cast, database):
    define(
        ("Here", "text", {"business_entity_id": cast.entity.id}),
        ("There", "text", {"business_entity_id": southwind.id, "required": True}),
        ("Style", "text", {"business_entity_id": southwind.id, "default": "plain"}),
    )
    staff = client.as_operator()
    sent = {"name": "Acme", "business_entity": str(southwind.id), "attribute-here": "not there"}
    page = staff.submit(staff.get(NEW), CREATE, sent, status=422)
    assert "There is missing: a value is needed here." in page.text
    assert page.form(CREATE)["attribute-style"] == "plain"
    staff.submit(page, CREATE, {"attribute-there": "x"})
    assert find(database, "Acme").attributes == {"there": "x", "style": "plain"}
    page = staff.get(own_path(cast, "/edit"))
    change(database, cast, {"here": "kept"})
    page = staff.submit(page, own_path(cast), {"business_entity": str(southwind.id)}, status=422)
    staff.submit(page, own_path(cast), {"attribute-there": "y"})
    assert find(database, cast.own.name).attributes == {"here": "kept", "there": "y"}
    assert "kept" not in staff.get(own_path(cast)).text


def test_yours_and_theirs_are_chosen_by_attribute(client, cast, every_kind, database):
    change(database, cast, KEPT)
    staff = client.as_operator()
    page = staff.get(own_path(cast, "/edit"))
    change(database, cast, {"seats": 5, "regions": ["LATAM"], "paper": True, "term": None})
    page = staff.submit(page, own_path(cast), {"attribute-seats": "7", "attribute-rate": "13.50"}, status=409)
    legends = ["".join(legend.itertext()) for legend in page.find("div", id="meanwhile").iter("legend")]
    assert legends == ["Seats", "Paper", "Term", "Regions"]
    assert "EMEA, APAC" in "".join(page.find("div", id="meanwhile").itertext())
    form = page.form(own_path(cast))
    assert (form["keep-attribute-seats"], form["keep-attribute-regions"], form["keep-attribute-term"]) == ("yours", "theirs", "theirs")
    staff.submit(page, own_path(cast), {"keep-attribute-paper": "yours"})
    expected = KEPT | {"seats": 7, "rate": "13.50", "regions": ["LATAM"]}
    del expected["term"]
    assert find(database, cast.own.name).attributes == expected


def test_numbers_are_read_as_the_operator_writes_them(client, cast, every_kind, database):
    with database.writing() as session:
        session.merge(cast.operators["support"]).locale = "de"
    staff = client.as_operator("support")
    page = staff.submit(staff.get(NEW), CREATE, {"name": "Acme", "attribute-seats": "1.200", "attribute-rate": "12,50"})
    assert find(database, "Acme").attributes == {"seats": 1200, "rate": "12.50", "segment": "SMB", "regions": ["LATAM"]}
    page = staff.follow(page)
    assert "12,50" in page.text
    assert staff.get(page.find("a", class_="btn").get("href")).form("/console/customers/")["attribute-rate"] == "12,50"
