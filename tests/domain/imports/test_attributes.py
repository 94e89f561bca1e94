"""Custom attributes in the customers' file: found by key or label, read by their own rules, asked of new customers."""

import pytest
from sqlalchemy import select

from portal.domain import attributes, columns, customers, imports, search
from portal.domain.activity import Reader
from portal.domain.activity.acts import tell
from portal.domain.attributes import Headings
from portal.model import AuditEvent, Customer, SearchDocument
from tests import factories
from tests.domain.imports.test_importing import check, customer, problems, run, source

ALL = (
    ("Segment", "choice", {"choices": ["SMB", "Enterprise"], "default": "SMB"}),
    ("Account manager", "text", {}),
    ("Seats", "whole", {}),
    ("Rate", "decimal", {}),
    ("Newsletter", "yes_no", {}),
    ("Onboarded", "date", {}),
    ("Regions", "list", {"choices": ["EMEA", "APAC", "LATAM"]}),
    ("Tags", "list", {}),
    ("Setup", "json", {}),
)
HEADER = "customer_name,external_id,segment,Account Manager,SEATS,custom:rate,Attribute: newsletter,onboarded,regions,tags,setup\n"
ROW = 'Acme,A-1,enterprise,  Zoë  Quispe ,"1,200",12.50,No,2026-03-01,"EMEA, apac",one; two,"{""a"": [1]}"\n'
VALUES = {
    "segment": "Enterprise", "account_manager": "Zoë Quispe", "seats": 1200, "rate": "12.50", "newsletter": False,
    "onboarded": "2026-03-01", "regions": ["EMEA", "APAC"], "tags": ["one", "two"], "setup": {"a": [1]},
}  # fmt: skip


@pytest.fixture
def define(database, cast):
    """Defines attributes: define(("Seats", "whole", {...}), ...)."""

    def defined(*definitions):
        with database.writing() as session:
            for label, kind, facts in definitions:
                attributes.define(session, {"label": label, "kind": kind, **facts}, by=cast.operator())

    return defined


def values(database, external_id: str) -> dict:
    with database.reading() as session:
        return customer(session, external_id).attributes


def test_every_kind_is_read_and_kept(database, cast, define):
    define(*ALL)
    assert run(database, cast, HEADER + ROW).created == 1
    assert values(database, "A-1") == VALUES


def test_what_is_imported_is_recorded_with_its_labels_and_found(database, cast, define):
    define(*ALL)
    run(database, cast, HEADER + ROW)
    with database.reading() as session:
        made = customer(session, "A-1")
        event = session.scalars(select(AuditEvent).where(AuditEvent.customer_id == made.id)).one()
        assert event.changes["attributes.seats"] == [None, 1200]
        assert event.changes["attributes.regions"] == [None, ["EMEA", "APAC"]]
        assert event.facts["attributes"]["account_manager"] == {"label": "Account manager", "kind": "text"}
        assert ("Account manager", "Zoë Quispe") in [(line.name, line.text) for line in tell(event, Reader()).changes]
        document = session.scalar(select(SearchDocument.body).where(SearchDocument.customer_id == made.id))
        assert document.splitlines()[-6:] == ["enterprise", "zoe quispe", "emea", "apac", "one", "two"]
        search.index(session, [made.id])
        assert session.scalar(select(SearchDocument.body).where(SearchDocument.customer_id == made.id)) == document


def test_the_same_file_again_changes_nothing_and_one_cell_changes_one_value(database, cast, define):
    define(*ALL)
    run(database, cast, HEADER + ROW)
    checked = check(database, cast, HEADER + ROW)
    assert (checked.created, checked.updated, checked.unchanged) == (0, 0, 1)
    assert run(database, cast, HEADER + ROW).unchanged == 1
    outcome = run(database, cast, "customer_name,external_id,seats,segment,rate\nAcme,A-1,1300,,\n")
    assert (outcome.updated, outcome.unchanged) == (1, 0)
    assert values(database, "A-1") == VALUES | {"seats": 1300}
    with database.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "customer.updated")).one()
        assert event.changes == {"attributes.seats": [1200, 1300]}


def test_each_bad_cell_is_named_by_row_column_value_and_reason(database, cast, define):
    define(*ALL)
    text = (
        "customer_name,external_id,segment,seats,rate,newsletter,onboarded,regions,setup\n"
        'Acme,A-1,Huge,many,"12,50",perhaps,3/1/2026,EMEA;ASIA,{\n'
        "Bolt,A-2,SMB,12,1.5,yes,2026-03-01,LATAM,[]\n"
        "Core,A-3,SMB,12.5,,,,,\n"
    )
    outcome = check(database, cast, text)
    found = [(one.row, one.column, one.value, one.reason) for one in outcome.findings.problems]
    assert [one[:3] for one in found] == [
        (2, "segment", "Huge"),
        (2, "seats", "many"),
        (2, "rate", "12,50"),
        (2, "newsletter", "perhaps"),
        (2, "onboarded", "3/1/2026"),
        (2, "regions", "EMEA;ASIA"),
        (2, "setup", "{"),
        (4, "seats", "12.5"),
    ]
    assert found[0][3] == "“Huge” is not one of the choices: SMB, Enterprise."
    assert found[4][3] == "“3/1/2026” is not a day: write year, month, day, as in 2026-12-31."
    assert found[7][3] == "“12.5” is not a whole number: leave out what stands behind the point."


def test_a_new_customer_has_the_defaults_of_what_its_row_does_not_say(database, cast, define):
    define(*ALL, ("Market", "choice", {"choices": ["EU", "US"], "default": "EU", "required": True}))
    run(database, cast, "customer_name,external_id,seats,segment\nAcme,A-1,3,\nBolt,A-2,,Enterprise\n")
    assert values(database, "A-1") == {"segment": "SMB", "seats": 3, "market": "EU"}
    assert values(database, "A-2") == {"segment": "Enterprise", "market": "EU"}
    run(database, cast, "customer_name,external_id\nCore,A-3\n")
    assert values(database, "A-3") == {"segment": "SMB", "market": "EU"}


def test_what_is_needed_is_asked_of_new_customers_only(database, cast, define):
    run(database, cast, "customer_name,external_id,phone\nAcme,A-1,\n")
    define(("Seats", "whole", {"required": True}), ("Tier", "text", {}))
    asked = "Seats: A value is needed here, and there is none."
    assert problems(database, cast, "customer_name,external_id,seats\nBolt,A-2,\nCore,A-3,4\n") == [(2, "seats", asked)]
    assert problems(database, cast, "customer_name,external_id\nBolt,A-2\n") == [(2, "seats", asked)]
    assert run(database, cast, "customer_name,external_id,phone\nAcme,A-1,+4930901820\n").updated == 1
    assert problems(database, cast, "customer_name,external_id,tier\nAcme,A-1,gold\n") == [(2, "seats", asked)]
    assert run(database, cast, "customer_name,external_id,tier,seats\nAcme,A-1,gold,0\n").updated == 1
    assert values(database, "A-1") == {"tier": "gold", "seats": 0}


def test_an_attribute_of_another_entity_is_refused_where_it_is_not_asked(database, cast, define):
    with database.writing() as session:
        southwind, _ = factories.entity(session, name="Southwind", is_default=False)
        customers.add(session, {"name": "South", "external_id": "S-1", "business_entity_id": southwind.id}, by=cast.operator())
        attributes.define(session, {"label": "Depot", "kind": "text", "business_entity_id": southwind.id}, by=cast.operator())
    text = "customer_name,external_id,depot\nSouth,S-1,Lima\n"
    assert run(database, cast, text).updated == 1
    assert values(database, "S-1") == {"depot": "Lima"}
    reason = "Depot: There is no attribute “depot” for this customer."
    assert problems(database, cast, text + "North,N-1,Oslo\n") == [(3, "depot", reason)]


def test_columns_that_every_customer_has_come_first(database, cast, define):
    define(
        ("Phone", "text", {}),
        ("Company", "text", {}),
        ("Region", "text", {}),
        ("a_b", "text", {"key": "a_b"}),
        ("AB", "text", {"key": "ab"}),
    )
    with database.reading() as session:
        known = attributes.columns(session)
    assert [column.name for column in known] == ["attribute:phone", "attribute:company", "region", "a_b", "ab"]
    header = ["Company", "phone", "Region", "Custom: Company", "attribute:PHONE", "AB", "A_b", "attribute:none", "custom: region"]
    found = columns.map_header("customers", header, Headings(known))
    assert found.places == {
        "customer_name": 0, "phone": 1, "region": 2, "attribute:company": 3, "attribute:phone": 4, "ab": 5, "a_b": 6,
    }  # fmt: skip
    assert found.left_out == ["attribute:none", "custom: region"]
    assert found.twice is None


def test_a_definition_that_changed_after_the_file_was_read_stops_the_import(database, cast, define):
    files = imports.Files([source("customers", "customer_name,seats\nAcme,many\n")])
    define(("Seats", "whole", {}))
    with (
        pytest.raises(imports.Unreadable, match="The custom attributes were changed while the file was read"),
        database.writing() as session,
    ):
        imports.apply(session, files, by=cast.operator())
    with database.reading() as session:
        assert session.scalar(select(Customer).where(Customer.name == "Acme")) is None


def test_the_sample_has_a_column_for_each_and_its_row_would_pass(database, cast, define):
    with database.writing() as session:
        southwind, _ = factories.entity(session, name="Southwind", is_default=False)
        attributes.define(session, {"label": "Depot", "kind": "text", "business_entity_id": southwind.id}, by=cast.operator())
    define(*ALL)
    with database.reading() as session:
        sample = columns.sample(attributes.samples(session))
    header = sample.splitlines()[0]
    assert header.endswith("wallet_balance,segment,account_manager,seats,rate,newsletter,onboarded,regions,tags,setup")
    assert run(database, cast, sample.replace("John Doe", "Jane Roe")).created == 1
    assert values(database, "CUST-EXAMPLE") == {
        "segment": "SMB", "account_manager": "Example", "seats": 12, "rate": "12.50", "newsletter": True, "onboarded": "2026-12-31",
        "regions": ["EMEA"], "tags": ["one", "two"], "setup": {"a": 1},
    }  # fmt: skip
