"""The activity of all, and the same as CSV with each event's place in the chain."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.domain import activity, audit, customers, wallets
from portal.model import AuditEvent, AuditLink
from portal.values import clock
from portal.worker import audit_job


@pytest.fixture
def story(database, cast):
    """Acts at two customers, by two operators, today and a month ago; linked."""
    with database.writing() as session:
        finance, support = cast.operator("finance"), cast.operator("support")
        wallet = wallets.open(session, customers.find(session, finance, cast.own.id), "EUR", by=finance)
        wallets.adjust(session, wallet, 2500, reason="goodwill", key="k1", note='=HYPERLINK("evil")', by=finance)
        audit.record(session, "customer.archived", by=support, customer_id=cast.neighbour.id, subject_name="=1+1", facts={"reason": "left"})
        old = audit.record(session, "contact.added", by=support, customer_id=cast.neighbour.id, subject_name="Old")
        old.at = clock.now() - timedelta(days=31)
        audit.record(session, "role.defined", by=support, subject_name="Reader")
    audit_job.run(database, whole=True)
    return database


def table(answer):
    assert answer.response.mimetype == "text/csv"
    text = answer.body
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def test_all_acts_are_listed_with_who_and_at_whom(client, story, cast):
    page = client.as_operator("finance").get("/console/activity")
    words = " ".join(page.text.split())
    assert "Finance Operator added 25.00 EUR of goodwill credit, at Grünwald & Jørgensen GmbH" in words
    assert "Support Operator archived this customer, at Nachbar AG" in words
    assert "Support Operator made the role Reader" in words
    assert page.find("a", href=f"/console/customers/{cast.neighbour.id}") is not None
    assert "Activity" in [link.text for link in page.find_all("a", aria_current="page")]


@pytest.mark.parametrize(
    ("query", "there", "missing"),
    [
        ("?kind=money", "added 25.00", "archived this customer"),
        ("?customer=CUST-58", "archived this customer", "added 25.00"),
        ("?customer={neighbour}", "archived this customer", "added 25.00"),
        ("?by={support}", "archived this customer", "added 25.00"),
        ("?by=operators", "added 25.00", "nothing at all"),
        ("?by={support}&kind=contacts", "added the contact Old", "archived"),
        ("?to={month_ago}", "added the contact Old", "added 25.00"),
        ("?from={today}", "added 25.00", "added the contact Old"),
    ],
)
def test_it_is_narrowed_by_who_what_when_and_customer(client, story, cast, query, there, missing):
    filled = query.format(
        neighbour=cast.neighbour.id,
        support=cast.operators["support"].id,
        today=clock.now().date(),
        month_ago=(clock.now() - timedelta(days=30)).date(),
    )
    browser = client.as_operator("finance")
    page = browser.get(f"/console/activity{filled}")
    words = " ".join("".join(page.find("section", id="activity").itertext()).split())
    assert there in words
    assert missing not in words
    [export] = [link.get("href") for link in page.find_all("a") if "Export CSV" in "".join(link.itertext())]
    assert export.startswith("/console/activity.csv?")
    rows = table(browser.get(export))
    assert len(rows) == len(page.find("section", id="activity").findall(".//li"))


def test_what_cannot_be_read_narrows_nothing_and_is_said(client, story):
    page = client.as_operator("finance").get("/console/activity?customer=NOBODY&kind=gossip&from=someday")
    assert "No customer has this ID." in page.text
    assert page.find("input", name="customer").get("value") == "NOBODY"
    assert "added 25.00" in page.text


def test_nothing_that_fits_leads_back(client, story):
    page = client.as_operator("finance").get("/console/activity?kind=imports")
    assert "Nothing of this kind has happened." in page.text


def test_older_pages_follow(client, cast, database):
    with database.writing() as session:
        for number in range(60):
            audit.record(session, "contact.added", by=cast.operator("finance"), customer_id=cast.own.id, subject_name=f"No {number}")
    browser = client.as_operator("finance")
    first = browser.get("/console/activity?kind=contacts")
    assert len(first.find_all("time")) == 50
    older = browser.get(first.find("a", rel="next").get("href"))
    assert len(older.find_all("time")) == 10
    browser.get("/console/activity?before=nonsense", status=404)


def test_only_those_who_may_read_all(client, cast):
    for role in ("support", "viewer"):
        client.as_operator(role).get("/console/activity", status=403)
        client.as_operator(role).get("/console/activity.csv", status=403)
        client.as_operator(role).get(f"/console/customers/{cast.own.id}/activity.csv", status=403)
        assert "Export CSV" not in client.as_operator(role).get(f"/console/customers/{cast.own.id}/activity").text
    for path in ("/console/activity", "/console/activity.csv"):
        client.as_person("owner").get(path, status=303)
        client.get(path, status=303)


def test_the_table_has_every_column_and_the_links_of_the_chain(client, story, database):
    rows = table(client.as_operator("finance").get("/console/activity.csv"))
    assert tuple(rows[0]) == activity.COLUMNS
    with database.reading() as session:
        kept = {str(event.id): event for event in session.scalars(select(AuditEvent))}
        links = {str(link.event_id): link for link in session.scalars(select(AuditLink))}
    linked = [row for row in rows if row["seq"]]
    assert len(linked) == len(links)
    assert {row["id"] for row in rows} == set(kept)
    for row in linked:
        link = links[row["id"]]
        assert (int(row["seq"]), row["hash"]) == (link.seq, link.hash.hex())
        assert row["act"] == kept[row["id"]].action
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)


def test_no_cell_runs_in_a_spreadsheet(client, story):
    rows = table(client.as_operator("finance").get("/console/activity.csv"))
    assert "'=1+1" in {row["subject"] for row in rows}
    for row in rows:
        assert not any(cell.startswith(("=", "+", "@", "\t")) for cell in row.values())


def test_a_customers_list_is_exported_as_it_is_filtered_with_its_mail(client, story, cast):
    browser = client.as_operator("finance")
    for query in ("", "?kind=money", "?kind=mail", f"?who={cast.operators['finance'].id}"):
        page = browser.get(f"/console/customers/{cast.own.id}/activity{query}")
        href = next(link.get("href") for link in page.find_all("a") if "Export CSV" in "".join(link.itertext()))
        assert href == f"/console/customers/{cast.own.id}/activity.csv{query}"
        rows = table(browser.get(href))
        assert len(rows) == len(page.find_all("time")), query
    assert rows[0]["customer"] == "Grünwald & Jørgensen GmbH"
    mail = table(browser.get(f"/console/customers/{cast.own.id}/activity.csv?kind=mail"))
    assert (mail[0]["act"], mail[0]["seq"]) == ("mail", "")
    assert "Mail “More credit” to Marta Grünwald" in mail[0]["what"]


def test_an_unknown_customer_or_filter_is_not_found(client, cast):
    browser = client.as_operator("finance")
    browser.get(f"/console/customers/{uuid4()}/activity.csv", status=404)
    browser.get(f"/console/customers/{cast.own.id}/activity.csv?kind=gossip", status=404)
    browser.get(f"/console/customers/{cast.own.id}/activity.csv?who=nobody", status=404)


def test_many_rows_come_in_pieces_and_all_of_them(client, cast, database):
    with database.writing() as session:
        for number in range(1203):
            audit.record(session, "contact.added", by=cast.operator("finance"), customer_id=cast.own.id, subject_name=f"No {number}")
    rows = table(client.as_operator("finance").get("/console/activity.csv?kind=contacts"))
    assert sorted(row["subject"] for row in rows) == sorted(f"No {number}" for number in range(1203))
