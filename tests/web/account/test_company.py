"""Company details, and changing the company's addresses."""

import pytest
from sqlalchemy import select

from portal.domain import addresses, customers, tax_ids, wallets
from portal.domain.letters.phrases import in_language
from portal.model import AuditEvent, EmailMessage

EDIT = "/account/company/addresses/edit"
BERLIN = {"line1": "Torstraße 140", "postal_code": "10119", "city": "Berlin", "country": "DE", "phone": "+493012345678"}
MOVED = {"billing-line1": "Lindenallee 7", "billing-postal_code": "14050", "billing-phone": "030 12345678"}


@pytest.fixture
def housed(database, cast):
    """Our own customer with one address for both, and a tax ID."""
    with database.writing() as session:
        by = cast.operator("support")
        own = customers.find(session, by, cast.own.id)
        customers.change(session, own, {"billing": BERLIN, "shipping_same": True}, version=None, by=by)
        tax_ids.replace(session, own, [("eu_vat", "DE136695976")], by=by)


def kept(database, cast):
    with database.reading() as session:
        return {role: addresses.default(session, cast.own.id, role) for role in ("billing", "shipping")}


def letters(database):
    with database.reading() as session:
        return list(session.scalars(select(EmailMessage).where(EmailMessage.letter == "address_changed")))


def test_the_page_shows_what_is_known(client, cast, housed):
    page = client.as_person("owner").get("/account/company")
    for known in ("Grünwald & Jørgensen GmbH", "CUST-57", "EU VAT", "DE136695976", "Torstraße 140", "10119 Berlin", "Same as billing"):
        assert known in page.text
    assert page.find("a", href="/account/company", aria_current="page") is not None


def test_the_language_of_the_page_stays_a_code(client, cast, housed):
    assert client.as_person("owner").get("/account/company").find("html").get("lang") == "en"


def test_a_customer_without_anything_is_shown_too(client, cast):
    assert "none" in client.as_person("owner").get("/account/company").text


def test_a_changed_address_is_kept_recorded_and_told(client, cast, housed, database):
    browser = client.as_person("billing_manager")
    answer = browser.submit(browser.get(EDIT), "addresses", MOVED)
    page = browser.follow(answer)
    assert "Addresses saved." in page.text
    now = kept(database, cast)
    assert now["billing"].line1 == "Lindenallee 7"
    assert now["billing"].phone == "+493012345678"
    assert now["shipping"].id == now["billing"].id
    (letter,) = letters(database)
    assert (letter.to_address, letter.topic) == ("marta@gruenwald.example", "security")
    assert letter.facts["changed_by"] == "Bernd"
    assert {"what": "Billing, postal code", "before": "10119", "after": "14050"} in in_language(letter.facts["changes"], "en")
    with database.reading() as session:
        statement = select(AuditEvent).where(AuditEvent.action == "address.changed", AuditEvent.actor_kind == "customer")
        events = list(session.scalars(statement))
    assert [event.facts["role"] for event in events] == ["billing and shipping"]
    assert events[0].changes["line1"] == ["Torstraße 140", "Lindenallee 7"]


def test_the_operator_sees_it_on_the_timeline(client, cast, housed):
    browser = client.as_person("owner")
    browser.submit(browser.get(EDIT), "addresses", MOVED)
    page = client.as_operator("viewer").get(f"/console/customers/{cast.own.id}/activity?who=customer")
    assert "Marta Grünwald changed the billing and shipping address" in page.text
    assert "Torstraße 140" in [element.text for element in page.find_all("del")]
    assert "Lindenallee 7" in [element.text for element in page.find_all("ins")]


def test_the_letter_can_be_read_among_the_messages(client, cast, housed):
    browser = client.as_person("owner")
    browser.submit(browser.get(EDIT), "addresses", MOVED)
    page = browser.get("/account/messages")
    link = next(link for link in page.find_all("a") if "/account/messages/" in (link.get("href") or ""))
    assert "Lindenallee 7" in browser.get(link.get("href") + "?part=text").text


def test_another_shipping_address_stands_beside_the_billing_address(client, cast, housed, database):
    browser = client.as_person("owner")
    sent = browser.get(EDIT).form("addresses") | {"shipping-line1": "1 Main St", "shipping-city": "Boston", "shipping-country": "US"}
    sent.pop("shipping_same")
    browser.post("/account/company/addresses", sent)
    now = kept(database, cast)
    assert (now["billing"].line1, now["shipping"].line1) == ("Torstraße 140", "1 Main St")
    assert "1 Main St" in browser.get("/account/company").text


def test_saving_what_is_there_changes_and_tells_nothing(client, cast, housed, database):
    browser = client.as_person("owner")
    page = browser.follow(browser.submit(browser.get(EDIT), "addresses"))
    assert "Nothing has changed." in page.text
    assert letters(database) == []


def test_an_impossible_postal_code_is_refused_at_its_field(client, cast, housed, database):
    browser = client.as_person("owner")
    page = browser.submit(browser.get(EDIT), "addresses", {"billing-postal_code": "1011", "billing-line1": "Kept"}, status=422)
    assert "One thing to put right" in page.text
    assert page.find("input", name="billing-postal_code").get("aria-invalid") == "true"
    assert page.find("input", name="billing-line1").get("value") == "Kept"
    assert kept(database, cast)["billing"].postal_code == "10119"
    assert letters(database) == []


def test_what_stands_in_the_shipping_fields_does_not_matter_where_it_is_the_same(client, cast, housed, database):
    browser = client.as_person("owner")
    browser.submit(browser.get(EDIT), "addresses", {"shipping-country": "DE", "shipping-postal_code": "nonsense"})
    now = kept(database, cast)
    assert now["shipping"].id == now["billing"].id


def test_a_doubt_is_said_and_does_not_stop_the_save(client, cast, housed, database):
    browser = client.as_person("owner")
    page = browser.follow(browser.submit(browser.get(EDIT), "addresses", {"billing-city": ""}))
    assert kept(database, cast)["billing"].city == ""
    assert "There is a postal code and no city." in page.text


def test_endless_and_odd_values(client, cast, housed, database):
    browser = client.as_person("owner")
    page = browser.submit(browser.get(EDIT), "addresses", {"billing-line1": "x" * 300, "billing-country": "XX"}, status=422)
    assert "Two things to put right" in page.text
    browser.submit(browser.get(EDIT), "addresses", {"billing-line1": "<script>alert(1)</script>"})
    assert "<script>alert" not in browser.get("/account/company").body


def test_what_somebody_else_saved_in_between_is_shown_not_overwritten(client, cast, housed, database):
    browser = client.as_person("owner")
    opened = browser.get(EDIT)
    with database.writing() as session:
        by = cast.operator("support")
        own = customers.find(session, by, cast.own.id)
        customers.change(session, own, {"billing": BERLIN | {"line1": "Theirs 1"}, "shipping_same": True}, version=None, by=by)
    page = browser.submit(opened, "addresses", MOVED, status=409)
    assert "Somebody else saved in the meantime" in page.text
    assert "Theirs 1" in page.text
    assert "Support Operator" not in page.text
    assert page.find("input", name="billing-line1").get("value") == "Lindenallee 7"
    assert kept(database, cast)["billing"].line1 == "Theirs 1"
    browser.submit(page, "addresses")
    assert kept(database, cast)["billing"].line1 == "Lindenallee 7"


def test_a_viewer_reads_only(client, cast, housed, database):
    browser = client.as_person("viewer")
    page = browser.get("/account/company")
    assert not page.find_all("a", href=EDIT)
    assert "An owner or billing manager can change the addresses." in page.text
    browser.get(EDIT, status=403)
    browser.post("/account/company/addresses", MOVED, status=403)
    assert kept(database, cast)["billing"].line1 == "Torstraße 140"


def test_a_neighbour_changes_its_own_and_nothing_else(client, cast, housed, database):
    browser = client.as_person("owner", at="neighbour")
    assert "Torstraße" not in browser.get("/account/company").text
    browser.submit(browser.get(EDIT), "addresses", MOVED | {"billing-country": "DE"})
    assert kept(database, cast)["billing"].line1 == "Torstraße 140"


def test_the_wrong_method_and_nobody_signed_in(client, cast):
    client.as_person("owner").get("/account/company/addresses", status=405)
    client.get("/account/company", status=303)
    client.post("/account/company/addresses", MOVED, status=303)


def test_the_margin_names_the_rooms_with_their_counts(client, cast, database):
    margin = client.as_person("owner").get("/account/company").find("nav", class_="contents")
    labels = ["".join(link.itertext()).strip() for link in margin.iter("a")]
    assert "Company details" in labels
    assert not any(label.startswith("Wallets") for label in labels)
    with database.writing() as session:
        by = cast.operator("finance")
        wallets.open(session, customers.find(session, by, cast.own.id), "EUR", by=by)
        wallets.open(session, customers.find(session, by, cast.own.id), "JPY", by=by)
    margin = client.as_person("viewer").get("/account/company").find("nav", class_="contents")
    labels = ["".join(link.itertext()).strip() for link in margin.iter("a")]
    assert "Contacts3" in labels
    assert "Wallets2" in labels
